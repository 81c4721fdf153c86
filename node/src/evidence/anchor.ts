import { consistencyPath } from '@anlian/chaincode/proof';
import { toBase64Url } from '@anlian/contracts';
import { and, eq, inArray, isNotNull, lt, max } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Tx } from '../db/database.ts';
import { loggableDatabaseError } from '../db/errors.ts';
import type { Caller } from '../http/caller.ts';
import type { Projector } from '../ledger/project.ts';
import type { CommandQueue } from '../ledger/queue.ts';
import { ledgerCommands } from '../ledger/tables.ts';
import { findMember } from '../network/store.ts';
import { channel } from '../network/tables.ts';
import type { Cosigning } from '../witness/collect.ts';
import { MAX_LEAVES, type SequenceDeps, sequence } from './sequence.ts';
import { keepCosignatures, newestAnchored, newestHead, nodeReader } from './store.ts';
import { evidence, logHeads } from './tables.ts';

export interface AnchorDeps extends SequenceDeps {
  readonly member: string;
  readonly queue: CommandQueue;
  readonly cosigning: Cosigning;
  readonly log: Logger;
  readonly intervalMs: number;
}

/** Sets `anchorTxId` of the heads that the ledger tells of, and keeps them as they were anchored. */
export const evidenceProjector = (member: string): Projector => ({
  'evidence.anchored': async (tx, anchored, place) => {
    if (anchored.member !== member) return;
    const { size, checkpoint } = anchored;
    await tx.update(logHeads).set({ anchorTxId: place.txId, checkpoint }).where(eq(logHeads.size, size));
  },
});

/**
 * Every interval: takes up what waits and, when the head has changed, has it cosigned and puts it on the ledger with the consistency
 * proof from the last anchored one. A head that lacks cosignatures waits: the next round asks for the newest.
 */
export const startAnchoring = (
  deps: AnchorDeps,
): { readonly stop: () => Promise<void>; readonly now: () => Promise<void> } => {
  let running: Promise<void> | undefined;
  const tick = (): Promise<void> => {
    running ??= round(deps)
      .catch((error: unknown) =>
        deps.log.error(
          { err: error instanceof Error ? error.name : 'unknown', database: loggableDatabaseError(error) },
          'the evidence log could not be advanced',
        ),
      )
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const timer = setInterval(tick, deps.intervalMs);
  return {
    now: tick,
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
};

/** Until nothing waits would be never, where leaves arrive as fast as they are taken up: then no head would be anchored at all. */
const MAX_BATCHES = 10;

const round = async (deps: AnchorDeps): Promise<void> => {
  for (let batch = 0; batch < MAX_BATCHES; batch++) if ((await sequence(deps)) < MAX_LEAVES) break;
  if (await enqueueAnchor(deps)) deps.queue.wake();
};

type Head = typeof logHeads.$inferSelect;

/** The newest head, unless it is anchored, on its way, or may not be anchored yet. */
const headToAnchor = async (tx: Tx, member: string): Promise<Head | undefined> => {
  const head = await newestHead(tx);
  const anchored = await newestAnchored(tx);
  if (head === undefined || head.size === (anchored?.size ?? 0)) return undefined;
  return (await mayAnchor(tx, member)) && !(await isOnItsWay(tx)) ? head : undefined;
};

/** The witnesses are asked outside any transaction: the slowest of them would hold up every other write. */
const enqueueAnchor = async (deps: AnchorDeps): Promise<boolean> => {
  const head = await deps.db.transaction((tx) => headToAnchor(tx, deps.member));
  if (head === undefined) return false;
  const checkpoint = await deps.cosigning.cosign(head);
  if (checkpoint === undefined) return false;
  return deps.db.transaction(async (tx) => {
    const anchored = await newestAnchored(tx);
    if (anchored?.size === head.size) return false;
    const path = anchored === undefined ? [] : await consistencyPath(anchored.size, head.size, nodeReader(tx));
    await keepCosignatures(tx, head.size, checkpoint);
    await deps.queue.enqueue(tx, nodeCaller(deps.member), 'evidence:anchor', {
      checkpoint,
      consistency: path.map(toBase64Url),
      gates: await gateNumbers(tx, head.size),
    });
    return true;
  });
};

/** The node itself, as the ledger's actor for its own machine work. */
export const nodeCaller = (member: string): Caller => ({
  subject: 'node',
  org: member,
  roles: ['node'],
  acr: 'machine',
});

const mayAnchor = async (tx: Tx, member: string): Promise<boolean> => {
  const [row] = await tx.select({ state: channel.state }).from(channel);
  return row !== undefined && row.state !== 'proposed' && (await findMember(tx, member))?.state === 'active';
};

/** One anchor at a time: the next one proves consistency with it. */
const isOnItsWay = async (tx: Tx): Promise<boolean> => {
  const waiting = await tx
    .select({ seq: ledgerCommands.seq })
    .from(ledgerCommands)
    .where(
      and(eq(ledgerCommands.name, 'evidence:anchor'), inArray(ledgerCommands.state, ['queued', 'needs_signature'])),
    )
    .limit(1);
  return waiting.length > 0;
};

/** Each gate's last number below the head. */
const gateNumbers = async (tx: Tx, size: number): Promise<{ gate: string; seq: number }[]> => {
  const rows = await tx
    .select({ gate: evidence.gate, seq: max(evidence.gateSeq) })
    .from(evidence)
    .where(and(isNotNull(evidence.gate), isNotNull(evidence.gateSeq), lt(evidence.leafIndex, size)))
    .groupBy(evidence.gate)
    .orderBy(evidence.gate);
  return rows.flatMap(({ gate, seq }) => (gate === null || seq === null ? [] : [{ gate, seq }]));
};
