import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const ROOMS = ['contracts', 'chaincode', 'sdk', 'node', 'consortium', 'portal', 'test'] as const;
export type Room = (typeof ROOMS)[number];

export interface Import {
  readonly specifier: string;
  /** Erased before it runs. */
  readonly isType: boolean;
}

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly room: Room;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Package {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export const packageOf = (dir: Room | '.'): Package => JSON.parse(read(join(dir, 'package.json'))) as Package;

/** What is imported or exported from elsewhere at the start of a line, and what is imported dynamically anywhere. */
const STATIC = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /(?<!typeof )\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const importsOf = (text: string): Import[] => [
  ...[...text.matchAll(STATIC)].map(([, type, specifier = '']) => ({ specifier, isType: type !== undefined })),
  ...[...text.matchAll(DYNAMIC)].map(([, specifier = '']) => ({ specifier, isType: false })),
];

const roomOf = (path: string): Room | undefined => ROOMS.find((room) => path.startsWith(`${room}/`));

/** Every TypeScript file of every room. */
export const sourceFiles = (): SourceFile[] =>
  globSync(`{${ROOMS.join(',')}}/**/*.{ts,tsx}`, { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/') && !path.includes('/dist/'))
    .sort()
    .flatMap((path) => {
      const room = roomOf(path);
      if (room === undefined) return [];
      const text = read(path);
      return [{ path, room, text, imports: importsOf(text) }];
    });

/** Runs in tests only. */
export const isTest = (path: string): boolean =>
  path.startsWith('test/') || /\.(?:test|fixture)\.ts$/.test(path) || /\/(?:fixtures|testing)\//.test(path);

/** The package that a bare specifier names; undefined for a relative one or a module of Node. */
export const packageNamed = (specifier: string): string | undefined => {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
};

/** The file that an import leads to, from the root; undefined when it leaves the workspace. Of a conditional export what `condition` names. */
export const targetOf = (from: string, specifier: string, condition = 'node'): string | undefined => {
  if (specifier.startsWith('.'))
    return relative(ROOT, resolve(ROOT, dirname(from), specifier))
      .split(sep)
      .join('/');
  const [, room, rest] = /^@anlian\/([a-z]+)(\/.*)?$/.exec(specifier) ?? [];
  const known = ROOMS.find((candidate) => candidate === room);
  if (known === undefined) return undefined;
  const exported = packageOf(known).exports?.[`.${rest ?? ''}`];
  const file = typeof exported === 'object' ? (exported[condition] ?? exported.default) : exported;
  return file === undefined || !existsSync(join(ROOT, known, file))
    ? undefined
    : join(known, file).split(sep).join('/');
};
