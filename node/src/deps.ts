import type { Logger } from 'pino';
import type { Clock, Random } from './clock.ts';
import type { Config } from './config.ts';
import type { Db } from './db/database.ts';
import type { RecordAllEvidence, RecordEvidence } from './evidence/record.ts';
import type { Guard } from './http/guard.ts';
import type { Keystore } from './keys/keystore.ts';
import type { LedgerAccess } from './ledger/access.ts';
import type { CommandQueue } from './ledger/queue.ts';

/** What every capability is built from. Made once, in `main.ts`. */
export interface NodeDeps {
  readonly config: Config;
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: Keystore;
  readonly ledger: LedgerAccess;
  /** Governors only: a block as the ledger keeps it. */
  readonly readBlock: ((number: number) => Promise<Uint8Array>) | undefined;
  readonly queue: CommandQueue;
  readonly recordEvidence: RecordEvidence;
  readonly recordAllEvidence: RecordAllEvidence;
  readonly guard: Guard;
  /** For what belongs to the node itself: tenants' people do not pass. */
  readonly staff: Guard;
  readonly log: Logger;
  /** How long a request waits for the ledger before it answers 202. */
  readonly commitWaitMs: number;
  /** HTTP to other members; maps `*.localhost` to loopback in development. */
  readonly fetch: typeof fetch;
  /** Blocks projected so far. */
  readonly height: () => number;
}
