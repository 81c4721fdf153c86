import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createFetch } from '@anlian/sdk/http';
import { parseArguments } from './arguments.ts';
import { DEFAULT_FIRST_PORT, type LauncherLedger, LEDGERS } from './launcher/plan.ts';
import { runLocalConsortium } from './launcher/run.ts';
import { oneOf, portIn } from './wrongUse.ts';

export const USAGE = `npm start [-- --home DIR] [--port FIRST] [--ledger KIND]

  --home DIR    where everything is kept (ANLIAN_HOME, default .anlian)
  --port FIRST  the ledger's port; the nodes take the next four (ANLIAN_FIRST_PORT, default ${DEFAULT_FIRST_PORT};
                later starts keep it)
  --ledger KIND ${LEDGERS.join(' or ')}: Hyperledger Fabric with a peer for each governor instead of the one-operator ledger
                (ANLIAN_LEDGER, default embedded; a consortium stays on the ledger it began on)
`;

/** Five ports in a row: the ledger's and the nodes'. */
const LAST_FIRST_PORT = 65_531;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {WrongUse} */
export const firstPortFrom = (typed: string | undefined, environment: Environment): number | undefined => {
  if (typed !== undefined) return portIn(typed, '--port', LAST_FIRST_PORT);
  const set = environment.ANLIAN_FIRST_PORT;
  return set ? portIn(set, 'ANLIAN_FIRST_PORT', LAST_FIRST_PORT) : undefined;
};

/** @throws {WrongUse} */
export const ledgerFrom = (typed: string | undefined, environment: Environment): LauncherLedger | undefined => {
  if (typed !== undefined) return oneOf(typed, LEDGERS, '--ledger ');
  const set = environment.ANLIAN_LEDGER;
  return set ? oneOf(set, LEDGERS, 'ANLIAN_LEDGER=') : undefined;
};

/** `npm start`: runs the local consortium until Ctrl-C. @throws {AnlianError | WrongUse} for the person who typed it. */
export const command = async (): Promise<void> => {
  const { home, port, ledger, help } = parseArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  await runLocalConsortium({
    homeDir: home ?? process.env.ANLIAN_HOME ?? '.anlian',
    asked: {
      firstPort: firstPortFrom(port, process.env),
      ledger: ledgerFrom(ledger, process.env),
    },
    clock: Date.now,
    random: (length) => new Uint8Array(randomBytes(length)),
    fetch: createFetch({ localhostToLoopback: true }),
    output: process.stdout,
    signal: stopping.signal,
    fabricSources: {
      binDir: process.env.ANLIAN_FABRIC_BIN || undefined,
      searchPath: process.env.PATH ?? '',
      cacheDir: join(homedir(), '.cache', 'anlian'),
    },
  });
};
