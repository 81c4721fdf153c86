import { invoke, type RuleOutcome } from '@anlian/chaincode/rules';
import { AnlianError, type ErrorCode } from '@anlian/contracts';
import { type ExecutedTransaction, executedBlock } from '@anlian/sdk/ledger';
import { eq } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import type { SeenBlock } from './access.ts';
import { type AlarmDeps, type EndorsementAlarm, raiseAlarm } from './alarms.ts';
import { differencesOf } from './differences.ts';
import { endorsersOf } from './endorsers.ts';
import { fromStored, type Organisation, organisationsOf, toStored } from './organisations.ts';
import { ledgerReexecution } from './tables.ts';
import { type NodeState, openNodeState } from './worldState.ts';

export interface ReexecutionDeps extends AlarmDeps {
  readonly channel: string;
  readonly chaincode: string;
}

/** Runs again what a governor's node follows, within the transaction that projects it. Blocks that were run again before are passed over. */
export type Reexecute = (tx: Tx, blocks: readonly SeenBlock[]) => Promise<void>;

interface Progress {
  readonly height: number;
  readonly organisations: readonly Organisation[];
}

const progressOf = async (db: Db): Promise<Progress> => {
  const [row] = await db.select().from(ledgerReexecution);
  return { height: row?.height ?? 0, organisations: fromStored(row?.organisations ?? []) };
};

/** Blocks that were run again so far; the next one has this number. */
export const reexecutedHeight = async (db: Db): Promise<number> => (await progressOf(db)).height;

/** Organisations are written when a block brought them, which few do. */
const keep = async (tx: Tx, height: number, changed: readonly Organisation[] | undefined): Promise<void> => {
  const organisations = changed && toStored(changed);
  const kept = await tx
    .update(ledgerReexecution)
    .set({ height, ...(organisations && { organisations }) })
    .where(eq(ledgerReexecution.id, 1))
    .returning({ id: ledgerReexecution.id });
  if (kept.length === 0)
    await tx.insert(ledgerReexecution).values({ id: 1, height, organisations: organisations ?? [] });
};

type Ran = { readonly outcome: RuleOutcome } | { readonly refusal: ErrorCode };

/** What our own rules make of a transaction on the state before it. What the rules did not expect is `internal_error`, as at an endorser. */
const run = async (
  state: NodeState,
  { args, mspId, txId, txTime }: ExecutedTransaction,
  { channel, chaincode }: ReexecutionDeps,
): Promise<Ran> => {
  try {
    return { outcome: await invoke(state, { args, mspId, txId, txTime, channel, chaincode }) };
  } catch (error) {
    // A database that failed says nothing against anybody: the block is taken in again.
    if (state.fault() !== undefined) throw error;
    return { refusal: error instanceof AnlianError ? error.code : 'internal_error' };
  }
};

type Findings = Pick<EndorsementAlarm, 'differs' | 'refusal'>;

/** Undefined where the endorsement can be reproduced. */
const findingsOf = async (
  state: NodeState,
  transaction: ExecutedTransaction,
  deps: ReexecutionDeps,
): Promise<Findings | undefined> => {
  // Only a call of our chaincode may write its keys: what another one writes here has no rule that could be run.
  if (transaction.chaincode !== deps.chaincode) return { differs: ['writes'], refusal: null };
  const ran = await run(state, transaction, deps);
  if ('refusal' in ran) return { differs: ['refusal'], refusal: ran.refusal };
  const differs = differencesOf(ran.outcome, transaction);
  return differs.length === 0 ? undefined : { differs, refusal: null };
};

/**
 * Runs each valid transaction again by this node's own copy of the rules, upon a state that it makes from the blocks itself, and raises
 * an alarm where the endorsed outcome is another. The state goes on with what the **block** says, as every peer's does, so that one
 * wrong transaction is found once and not with all that follow.
 */
export const createReexecutor =
  (deps: ReexecutionDeps): Reexecute =>
  async (tx, blocks) => {
    const before = await progressOf(tx);
    let { height, organisations } = before;
    const due = blocks.flatMap(({ number, bytes }) =>
      number < height || bytes === undefined ? [] : [{ number, ...executedBlock(bytes, deps.chaincode) }],
    );
    const state = openNodeState(tx);
    await state.fetch(due.flatMap(({ transactions }) => transactions.flatMap(({ reads }) => reads)));
    for (const { number, transactions, configuration } of due) {
      if (number !== height) throw new AnlianError('internal_error', { detail: `block ${height} was not run again` });
      if (configuration) organisations = organisationsOf(configuration);
      for (const transaction of transactions) {
        const findings = await findingsOf(state, transaction, deps);
        if (findings) {
          const endorsers = await endorsersOf(transaction, organisations);
          await raiseAlarm(tx, { ...findings, blockNumber: number, endorsers, ...transaction }, deps);
        }
        state.apply(transaction.writes);
      }
      height = number + 1;
    }
    if (due.length === 0) return;
    await state.store();
    await keep(tx, height, organisations === before.organisations ? undefined : organisations);
  };
