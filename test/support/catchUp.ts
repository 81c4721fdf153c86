import { randomBytes } from 'node:crypto';
import type { Ledger } from '@anlian/sdk/ledger';
import { pino } from 'pino';
import { contractorProjector } from '../../node/src/contractors/projector.ts';
import type { Db } from '../../node/src/db/database.ts';
import { evidenceProjector } from '../../node/src/evidence/anchor.ts';
import { createRecorder } from '../../node/src/evidence/record.ts';
import { countAlarms } from '../../node/src/ledger/alarms.ts';
import { startFollower } from '../../node/src/ledger/follow.ts';
import type { CommandQueue } from '../../node/src/ledger/queue.ts';
import { createReexecutor } from '../../node/src/ledger/reexecute.ts';
import { networkProjector } from '../../node/src/network/projector.ts';
import { workersProjector } from '../../node/src/workers/projector.ts';
import { CHAINCODE, CHANNEL } from './governors.ts';
import { until } from './until.ts';

export interface CaughtUp {
  readonly blocks: number;
  readonly seconds: number;
  readonly alarms: number;
}

const log = pino({ level: 'silent' });
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** A new governor's node, as far as it follows the ledger, on an empty database: from block 0 to the ledger's height. */
export const catchUp = async (
  db: Db,
  ledger: Ledger,
  { reexecute = true, withinMs = 3_600_000 }: { readonly reexecute?: boolean; readonly withinMs?: number } = {},
): Promise<CaughtUp> => {
  const { height, genesisHash } = await ledger.describe();
  const clock = Date.now;
  const recordEvidence = createRecorder({ clock, random });
  const startedMs = performance.now();
  const follower = startFollower({
    db,
    ledger,
    // A new node waits for no command of its own.
    queue: { committed: () => undefined } as unknown as CommandQueue,
    projectors: [networkProjector, contractorProjector, workersProjector, evidenceProjector('hengyuan')],
    reexecute: reexecute
      ? createReexecutor({ channel: CHANNEL, chaincode: CHAINCODE, clock, recordEvidence, log })
      : undefined,
    clock,
    log,
    genesisHash: Promise.resolve(genesisHash),
  });
  try {
    await until(`height ${height}`, () => follower.height() >= height, { withinMs });
    const seconds = (performance.now() - startedMs) / 1000;
    return { blocks: height, seconds, alarms: await countAlarms(db) };
  } finally {
    await follower.stop();
  }
};
