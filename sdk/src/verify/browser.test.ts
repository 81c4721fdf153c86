import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/g;

/** What a bundler for browsers takes for a workspace import. */
const inWorkspace = (specifier: string): URL | undefined => {
  const [, name, ...path] = specifier.split('/');
  if (!specifier.startsWith('@anlian/')) return undefined;
  const { exports } = JSON.parse(readFileSync(new URL(`${name}/package.json`, ROOT), 'utf8'));
  const target = exports[['.', ...path].join('/')];
  return new URL(`${name}/${typeof target === 'string' ? target : target.default}`, ROOT);
};

const walk = (file: URL, seen: Map<string, readonly string[]>): void => {
  const specifiers = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, specifier = '']) => specifier);
  seen.set(file.href, specifiers);
  for (const specifier of specifiers) {
    const next = specifier.startsWith('.') ? new URL(specifier, file) : inWorkspace(specifier);
    if (next && !seen.has(next.href)) walk(next, seen);
  }
};

it('runs in a browser: nothing that it imports leads to Node', () => {
  const seen = new Map<string, readonly string[]>();
  walk(new URL('index.ts', import.meta.url), seen);
  const files = [...seen.keys()].map((href) => fileURLToPath(href));
  expect(files.some((file) => file.endsWith('crypto/web.ts'))).toBe(true);
  expect(files.some((file) => file.endsWith('decide/decide.ts'))).toBe(true);
  const toNode = [...seen].filter(([, specifiers]) => specifiers.some((specifier) => specifier.startsWith('node:')));
  expect(toNode.map(([href]) => href)).toEqual([]);
});
