import { describe, expect, it } from 'vitest';
import {
  isTest,
  packageNamed,
  packageOf,
  ROOMS,
  type Room,
  type SourceFile,
  sourceFiles,
  targetOf,
} from './support/sourceTree.ts';

const files = sourceFiles();
const byPath = new Map(files.map((file) => [file.path, file]));
const roomNamed = (path: string): string => path.split('/')[0] ?? '';

/** Imports go one way. `node` and `consortium` meet over HTTP and on the ledger. */
const MAY_IMPORT: Readonly<Record<Room, readonly Room[]>> = {
  contracts: [],
  chaincode: ['contracts'],
  sdk: ['contracts', 'chaincode'],
  node: ['contracts', 'chaincode', 'sdk'],
  consortium: ['contracts', 'chaincode', 'sdk'],
  portal: ['contracts', 'sdk'],
  test: ['contracts', 'chaincode', 'sdk', 'node', 'consortium', 'portal'],
};

/** Where a room is asked for without an import: the node serves the portal's built files. */
const DECLARED_ONLY = ['node → portal'];

const isAllowed = (file: SourceFile, target: string): boolean => {
  const room = roomNamed(target);
  if (room === file.room || (MAY_IMPORT[file.room] as readonly string[]).includes(room)) return true;
  return isTest(file.path) && target.startsWith('test/support/');
};

const edges = (file: SourceFile): string[] =>
  file.imports.flatMap(({ specifier }) => {
    const room = /^@anlian\/([a-z]+)/.exec(specifier)?.[1];
    const target = targetOf(file.path, specifier) ?? (room === undefined ? undefined : `${room}/`);
    return target === undefined ? [] : [target];
  });

describe('the source tree', () => {
  it('is seen whole by these tests', () => {
    expect(files.length).toBeGreaterThan(400);
    for (const room of ROOMS)
      expect(files.filter((file) => file.room === room && file.imports.length > 0)).not.toEqual([]);
  });

  it('imports one way', () => {
    const wrong = files.flatMap((file) =>
      edges(file)
        .filter((target) => !isAllowed(file, target))
        .map((target) => `${file.path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('reads a channel’s configuration without the proofs that are judged by it', () => {
    const targets = files
      .filter(({ path }) => path.startsWith('sdk/src/verify/config/'))
      .flatMap((file) => edges(file).map((target) => ({ path: file.path, target })));
    expect(targets.filter(({ target }) => target.startsWith('sdk/src/verify/'))).not.toEqual([]);
    expect(targets.filter(({ target }) => target.startsWith('sdk/src/verify/bundle/'))).toEqual([]);
  });

  it('declares rooms one way', () => {
    const wrong = ROOMS.flatMap((room) => {
      const { dependencies = {}, devDependencies = {} } = packageOf(room);
      return Object.keys({ ...dependencies, ...devDependencies })
        .flatMap((name) => /^@anlian\/(.+)$/.exec(name)?.[1] ?? [])
        .filter((name) => !(MAY_IMPORT[room] as readonly string[]).includes(name))
        .map((name) => `${room} → ${name}`);
    });
    expect(wrong).toEqual(DECLARED_ONLY);
  });

  it('imports only packages that its own package.json declares', () => {
    const root = packageOf('.');
    const undeclared = files.flatMap(({ path, room, imports }) => {
      const own = packageOf(room);
      const isDevelopment = isTest(path) || room === 'portal' || path.endsWith('.config.ts');
      const declared = new Set([
        own.name,
        ...Object.keys({ ...own.dependencies, ...own.optionalDependencies }),
        ...(isDevelopment ? Object.keys({ ...own.devDependencies, ...root.devDependencies }) : []),
      ]);
      return imports
        .filter(({ isType }) => !isType)
        .flatMap(({ specifier }) => packageNamed(specifier) ?? [])
        .filter((name) => !declared.has(name))
        .map((name) => `${room}: ${name} (${path})`);
    });
    expect(undeclared).toEqual([]);
  });

  it('has no cycle of files', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
        return;
      }
      state.set(path, 'open');
      for (const { specifier, isType } of byPath.get(path)?.imports ?? []) {
        const target = isType ? undefined : targetOf(path, specifier);
        if (target !== undefined && byPath.has(target)) visit(target, [...trail, path]);
      }
      state.set(path, 'done');
    };
    for (const { path } of files) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('reads the environment only where configuration is read, and where a child is started', () => {
    const readers = files
      .filter(({ path, text }) => !isTest(path) && /\bprocess\.env\b/.test(text))
      .map(({ path }) => path);
    expect(readers).toEqual([
      'chaincode/src/fabric/main.ts',
      'consortium/src/command.ts',
      'consortium/src/fabric/command.ts',
      'consortium/src/fabric/daemons.ts',
      'consortium/src/fabric/tool.ts',
      'consortium/src/launcher/processes.ts',
      'consortium/src/ledger/main.ts',
      'consortium/src/prepare.ts',
      'node/src/main.ts',
      'sdk/src/cli/processContext.ts',
    ]);
  });

  it('asks the clock and chance only in composition roots', () => {
    const askers = files
      .filter(
        ({ path, room, text }) =>
          !isTest(path) && room !== 'portal' && /\b(?:Date\.now\(|Math\.random\(|new Date\(\))/.test(text),
      )
      .map(({ path }) => path);
    expect(askers).toEqual(COMPOSITION_ROOTS);
  });
});

const COMPOSITION_ROOTS = ['consortium/src/ledger/main.ts', 'node/src/main.ts'];

describe('what also runs in a browser', () => {
  /** Every file that an entry leads to, types apart, as a browser's bundler resolves it. */
  const reached = (entry: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(entry)) return seen;
    seen.add(entry);
    for (const { specifier, isType } of byPath.get(entry)?.imports ?? []) {
      const target = isType ? undefined : targetOf(entry, specifier, 'browser');
      if (target !== undefined) reached(target, seen);
    }
    return seen;
  };

  it.each(['@anlian/sdk', '@anlian/sdk/verify', '@anlian/sdk/code', '@anlian/sdk/decide', '@anlian/contracts'])(
    '%s reaches no module of Node',
    (entry) => {
      const first = targetOf('test/layering.test.ts', entry);
      expect(first).toBeDefined();
      const all = [...reached(first ?? '')];
      expect(all.filter((path) => !byPath.has(path))).toEqual([]);
      const builtin = all.flatMap((path) =>
        (byPath.get(path)?.imports ?? [])
          .filter(({ specifier, isType }) => !isType && specifier.startsWith('node:'))
          .map(({ specifier }) => `${path}: ${specifier}`),
      );
      expect(builtin).toEqual([]);
    },
  );

  it('would be seen reaching one', () => {
    expect(
      [...reached('sdk/src/cli/processContext.ts')]
        .flatMap((path) => byPath.get(path)?.imports ?? [])
        .some(({ specifier }) => specifier.startsWith('node:')),
    ).toBe(true);
  });
});

describe('a file', () => {
  /** Longer than one reads at once, for it is a table: no control flow. */
  const TABLES = ['contracts/src/errors.ts'];

  it('has at most 250 lines, unless it is a table', () => {
    const long = files
      .filter(({ path, text }) => !isTest(path) && text.split('\n').length > 251)
      .map(({ path }) => path);
    expect(long).toEqual(TABLES);
  });

  it('has no default export but a tool’s configuration', () => {
    const wrong = files
      .filter(({ path, text }) => !path.endsWith('.config.ts') && /^export default\b/m.test(text))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });
});
