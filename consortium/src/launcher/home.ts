import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnlianError, toInstant } from '@anlian/contracts';
import { LOCAL_CONSORTIUM_FILE } from '@anlian/sdk';
import type { JWK } from 'jose';
import type { LauncherLedger } from './plan.ts';

/** Where a local consortium keeps everything: one folder per process, and what the launcher itself knows. */
export interface Home {
  readonly dir: string;
  readonly ledgerDir: string;
  readonly fabricDir: string;
  readonly logDir: string;
  readonly genesisFile: string;
  readonly trustFile: string;
  /** Where the nodes are, for the command `anlian`. */
  readonly addressFile: string;
  /** Workers' phones of the starting set: the nodes never hold these keys. */
  readonly phonesDir: string;
  readonly gatesDir: string;
  readonly memberDir: (member: string) => string;
}

export const homeAt = (dir: string): Home => ({
  dir,
  ledgerDir: join(dir, 'ledger'),
  fabricDir: join(dir, 'fabric'),
  logDir: join(dir, 'log'),
  genesisFile: join(dir, 'genesis.json'),
  trustFile: join(dir, 'trust.json'),
  addressFile: join(dir, LOCAL_CONSORTIUM_FILE),
  phonesDir: join(dir, 'phones'),
  gatesDir: join(dir, 'gates'),
  memberDir: (member) => join(dir, 'members', member),
});

export const readJson = async <T>(file: string): Promise<T | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Written aside and renamed: a crash leaves the old file or the new one. */
export const writeJson = async (file: string, value: unknown, mode = 0o644): Promise<void> => {
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode });
  await rename(`${file}.new`, file);
};

/** What the launcher knows of itself: when it first started (the starting set's dates hang on it), and its own sign-in key. */
export interface LauncherState {
  readonly format: number;
  readonly firstStartAt: string;
  /** The nodes' addresses hang on it, and members, gates and phones remember these. */
  readonly firstPort: number;
  readonly ledger: LauncherLedger;
  readonly operatorKey: JWK;
  readonly loaded: boolean;
}

/** Raised when blocks or databases of an earlier build can no longer be read. */
const HOME_FORMAT = 2;

const requireFormat = (home: Home, { format }: Pick<LauncherState, 'format'>): void => {
  if (format === HOME_FORMAT) return;
  throw new AnlianError('configuration_invalid', {
    field: '--home',
    detail: `${home.dir} was made by another build: start with --home NEW, or move that folder away`,
  });
};

/** What a start asks for; undefined: as at the start before, else the default. */
export interface Asked {
  readonly firstPort: number | undefined;
  readonly ledger: LauncherLedger | undefined;
}

const stateFile = (home: Home): string => join(home.dir, 'launcher.json');

/**
 * What the first start wrote; the port is the one asked for now, else the one of the start before, else the default.
 * @throws {AnlianError} `ledger_kind_fixed`
 */
export const openState = async (
  home: Home,
  nowMs: number,
  { asked, defaultPort }: { readonly asked: Asked; readonly defaultPort: number },
): Promise<LauncherState> => {
  const known = await readJson<Omit<LauncherState, 'ledger'> & Partial<LauncherState>>(stateFile(home));
  // A home without the word is older than the choice.
  const ledger = known ? (known.ledger ?? 'embedded') : (asked.ledger ?? 'embedded');
  if (asked.ledger !== undefined && asked.ledger !== ledger)
    throw new AnlianError('ledger_kind_fixed', { field: '--ledger', detail: `${home.dir}: ${ledger}` });
  await Promise.all(
    [home.ledgerDir, home.logDir, home.phonesDir, home.gatesDir].map((dir) =>
      mkdir(dir, { recursive: true, mode: 0o700 }),
    ),
  );
  if (known) {
    requireFormat(home, known);
    return { ...known, ledger, firstPort: asked.firstPort ?? known.firstPort ?? defaultPort };
  }
  const operatorKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as JWK;
  const fresh: LauncherState = {
    format: HOME_FORMAT,
    firstStartAt: toInstant(nowMs),
    firstPort: asked.firstPort ?? defaultPort,
    ledger,
    operatorKey,
    loaded: false,
  };
  await writeJson(stateFile(home), fresh, 0o600);
  return fresh;
};

export const markLoaded = (home: Home, state: LauncherState): Promise<void> =>
  writeJson(stateFile(home), { ...state, loaded: true }, 0o600);

/** The public half, where a node of the development profile looks for it. */
export const leaveOperatorKey = async (home: Home, member: string, { operatorKey }: LauncherState): Promise<void> => {
  const { kty, crv, x, y } = operatorKey;
  await mkdir(home.memberDir(member), { recursive: true, mode: 0o700 });
  await writeJson(join(home.memberDir(member), 'operator.jwk'), { kty, crv, x, y });
};
