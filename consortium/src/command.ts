import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { createFetch } from '@anlian/sdk/http';
import { parseArguments } from './arguments.ts';
import { DEFAULT_FIRST_PORT, type LauncherLedger, LEDGERS } from './launcher/plan.ts';
import { runLocalConsortium } from './launcher/run.ts';

export const USAGE = `npm start [-- --home DIR] [--port FIRST] [--ledger KIND]

  --home DIR    where everything is kept (ANLIAN_HOME, default .anlian)
  --port FIRST  the ledger's port; the nodes take the next four (ANLIAN_FIRST_PORT, default ${DEFAULT_FIRST_PORT};
                later starts keep it)
  --ledger KIND ${LEDGERS.join(' or ')}: Hyperledger Fabric with a peer for each governor instead of the one-operator ledger
                (ANLIAN_LEDGER, default embedded; a consortium stays on the ledger it began on)
`;

/** Five ports in a row: the ledger's and the nodes'. */
const firstPortFrom = (text: string | undefined): number | undefined => {
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_531)
    throw new AnlianError('configuration_invalid', { field: '--port', detail: 'a port from 1024 to 65531' });
  return port;
};

const ledgerFrom = (text: string | undefined): LauncherLedger | undefined => {
  if (text === undefined || text === '') return undefined;
  const known = LEDGERS.find((ledger) => ledger === text);
  if (!known) throw new AnlianError('configuration_invalid', { field: '--ledger', detail: LEDGERS.join(', ') });
  return known;
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
      firstPort: firstPortFrom(port ?? process.env.ANLIAN_FIRST_PORT),
      ledger: ledgerFrom(ledger ?? process.env.ANLIAN_LEDGER),
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
