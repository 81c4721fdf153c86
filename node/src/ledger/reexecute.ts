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
import { areOf, type Definition, definitionAt, type OwnRules, passOver } from './rulesInForce.ts';
import { ledgerReexecution } from './tables.ts';
import { type NodeState, openNodeState } from './worldState.ts';

export interface ReexecutionDeps extends AlarmDeps {
  readonly channel: string;
  readonly chaincode: string;
  /**
   * Given on Fabric, whose channel commits which rules are in force: what others are, this node cannot judge. Absent on the embedded
   * ledger, which says nothing of its rules: they come with the nodes.
   */
  readonly ownRules?: OwnRules | undefined;
}

/** Runs again what a governor's node follows, within the transaction that projects it. Blocks that were run again before are passed over. */
export type Reexecute = (tx: Tx, blocks: readonly SeenBlock[]) => Promise<void>;

interface Progress {
  readonly height: number;
  readonly organisations: readonly Organisation[];
  readonly definition: Definition | undefined;
}

const progressOf = async (db: Db): Promise<Progress> => {
  const [row] = await db.select().from(ledgerReexecution);
  const { height = 0, organisations = [], definition } = row ?? {};
  return { height, organisations: fromStored(organisations), definition: definition ?? undefined };
};

/** Blocks that were run again so far; the next one has this number. */
export const reexecutedHeight = async (db: Db): Promise<number> => (await progressOf(db)).height;

/** Organisations and definition are written when a block brought them, which few do. */
const keep = async (tx: Tx, before: Progress, { height, organisations, definition }: Progress): Promise<void> => {
  const changed = {
    height,
    ...(organisations !== before.organisations && { organisations: toStored(organisations) }),
    ...(definition !== before.definition && { definition }),
  };
  const kept = await tx
    .update(ledgerReexecution)
    .set(changed)
    .where(eq(ledgerReexecution.id, 1))
    .returning({ id: ledgerReexecution.id });
  if (kept.length === 0) await tx.insert(ledgerReexecution).values({ id: 1, organisations: [], ...changed });
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

/** Only a call of our chaincode may write its keys: what another one writes here has no rule that could be run. */
const OF_ANOTHER: Findings = { differs: ['writes'], refusal: null };

/** Undefined where the endorsement can be reproduced. */
const findingsOf = async (
  state: NodeState,
  transaction: ExecutedTransaction,
  deps: ReexecutionDeps,
): Promise<Findings | undefined> => {
  const ran = await run(state, transaction, deps);
  if ('refusal' in ran) return { differs: ['refusal'], refusal: ran.refusal };
  const differs = differencesOf(ran.outcome, transaction);
  return differs.length === 0 ? undefined : { differs, refusal: null };
};

/**
 * Runs each valid transaction again by this node's own copy of the rules, upon a state that it makes from the blocks itself, and raises
 * an alarm where the endorsed outcome is another. The state goes on with what the **block** says, as every peer's does, so that one
 * wrong transaction is found once and not with all that follow. Transactions of other rules than this node's are passed over, and the
 * blocks kept: contracts/decisions/2026-11-22-rules-version-and-reexecution.md.
 */
export const createReexecutor = (deps: ReexecutionDeps): Reexecute => {
  const { chaincode, ownRules } = deps;

  const judge = async (
    tx: Tx,
    state: NodeState,
    transaction: ExecutedTransaction,
    { block, organisations }: Pick<Progress, 'organisations'> & { readonly block: number },
  ): Promise<void> => {
    const findings = transaction.chaincode === chaincode ? await findingsOf(state, transaction, deps) : OF_ANOTHER;
    if (!findings) return;
    const endorsers = await endorsersOf(transaction, organisations);
    await raiseAlarm(tx, { ...findings, blockNumber: block, endorsers, ...transaction }, deps);
  };

  return async (tx, blocks) => {
    const before = await progressOf(tx);
    let { height, organisations, definition } = before;
    const due = blocks.flatMap(({ number, bytes }) =>
      number < height || bytes === undefined ? [] : [{ number, ...executedBlock(bytes, chaincode) }],
    );
    const state = openNodeState(tx);
    await state.fetch(due.flatMap(({ transactions }) => transactions.flatMap(({ reads }) => reads)));
    for (const block of due) {
      const { number, transactions, configuration } = block;
      if (number !== height) throw new AnlianError('internal_error', { detail: `block ${height} was not run again` });
      if (configuration) organisations = organisationsOf(configuration);
      const others = new Set<Definition | undefined>();
      for (const transaction of transactions) {
        const inForce = definitionAt(definition, block, transaction.index);
        const isOther = transaction.chaincode === chaincode && ownRules && !areOf(await ownRules(), inForce);
        if (isOther) others.add(inForce);
        else await judge(tx, state, transaction, { block: number, organisations });
        state.apply(transaction.writes);
      }
      for (const other of others) await passOver(tx, number, { definition: other, own: await ownRules?.() });
      definition = definitionAt(definition, block);
      height = number + 1;
    }
    if (due.length === 0) return;
    await state.store();
    await keep(tx, before, { height, organisations, definition });
  };
};
