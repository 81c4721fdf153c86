import { AnlianError, BATCH_NAME, canonicalBytes, encodeBatch, VIEW_FUNCTION } from '@anlian/contracts';
import { backoffMs, pause } from './backoff.ts';
import { fromUtf8, utf8 } from './codec/bytes.ts';
import { type EndorsedAnswer, inOrder } from './codec/endorsedAnswer.ts';
import { SYSTEM_CHAINCODES } from './codec/systemChaincodes.ts';
import { invalidTransaction, isReadConflict } from './endorsed.ts';
import { followLedger } from './follow.ts';
import type { Commit, Ledger } from './port.ts';
import { type Among, askGovernors } from './quorum.ts';
import type { Random } from './sources.ts';
import { governorsAmong } from './standing.ts';
import { submitTogether } from './submitAll.ts';
import { mismatchOf, surveyGovernors } from './survey.ts';
import { type Call, type Endorsed, type LedgerTransport, ORDERING, type Ordered } from './transport.ts';

export interface LedgerOverOptions {
  readonly channel: string;
  readonly chaincode: string;
  readonly random: Random;
}

/** Writers of one busy key take turns; fifty of them are through after fifty rounds at the worst. */
const ATTEMPTS = 100;
const CONFLICT = { baseMs: 10, limitMs: 1_000 };
/** Peers are milliseconds apart; governors that still differ after so many tries in a row are asked one by one. */
const MISMATCHES = 8;
/** Raft elects within seconds. */
const ORDERING_ATTEMPTS = 12;
const ELECTION = { baseMs: 100, limitMs: 2_000 };

const parseResult = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw new AnlianError('ledger_corrupt', { detail: 'the chaincode’s answer is not JSON', cause });
  }
};

/** The ledger port over one kind of ledger: what is the same on all of them. */
export const ledgerOver = (transport: LedgerTransport, { channel, chaincode, random }: LedgerOverOptions): Ledger => {
  /** Undefined where the governors answered differently, as they do when their peers are at different blocks. */
  const tryEndorse = async (call: Call, mismatches: number, signal?: AbortSignal): Promise<Endorsed | undefined> => {
    try {
      return await transport.endorse(call, signal);
    } catch (error) {
      if (!(error instanceof AnlianError) || error.code !== 'endorsement_mismatch') throw error;
      if (transport.endorsers === undefined || mismatches >= ATTEMPTS)
        throw mismatchOf({ verdict: 'undetermined' }, error);
      if (mismatches % MISMATCHES !== 0) return undefined;
      const agreement = await surveyGovernors(transport.endorsers, call);
      if (agreement.verdict === 'deviates' || agreement.verdict === 'undetermined') throw mismatchOf(agreement, error);
      return undefined;
    }
  };

  const order = async (endorsed: Endorsed, signal?: AbortSignal): Promise<Ordered> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await transport.order(endorsed, signal);
      } catch (error) {
        const untaken = error instanceof AnlianError && error.field === ORDERING;
        if (!untaken || attempt >= ORDERING_ATTEMPTS) throw error;
        await pause(backoffMs(attempt, ELECTION, random), signal);
      }
    }
  };

  const commit = async (args: readonly Uint8Array[], signal?: AbortSignal): Promise<Commit> => {
    const call = { chaincode, args };
    let mismatches = 0;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const endorsed = await tryEndorse(call, mismatches + 1, signal);
      mismatches = endorsed === undefined ? mismatches + 1 : 0;
      if (endorsed !== undefined) {
        const { txId, result } = endorsed;
        const { code, blockNumber } = await order(endorsed, signal);
        if (code === 'VALID') return { txId, blockNumber, code, result: parseResult(result), status: 'valid' };
        if (!isReadConflict(code) || attempt >= ATTEMPTS) throw invalidTransaction(code, txId);
      }
      await pause(backoffMs(attempt, CONFLICT, random), signal);
    }
  };

  const submit: Ledger['submit'] = ({ command, actor }, { signal } = {}) =>
    commit([utf8(command.name), canonicalBytes(command), utf8(actor)], signal);

  const submitAll: Ledger['submitAll'] = (signed, options = {}) =>
    submitTogether(
      {
        alone: (one) => submit(one, options),
        together: (batch) => commit([utf8(BATCH_NAME), encodeBatch(batch)], options.signal),
      },
      signed,
    );

  const query: Ledger['query'] = async (name, args) =>
    parseResult(await transport.evaluate({ chaincode, args: [utf8(name), canonicalBytes(args)] }));

  const among: Among = (mspIds) => governorsAmong((key) => query('query:get', { key }), mspIds);
  const prove = async (call: Call): Promise<EndorsedAnswer> =>
    inOrder(await askGovernors(transport, call, random, among), 'ledger_corrupt');

  const attest: Ledger['attest'] = async (txId) =>
    prove({ chaincode: SYSTEM_CHAINCODES.ledger, args: ['GetTransactionByID', channel, txId].map(utf8) });

  const view: Ledger['view'] = (question) =>
    prove({ chaincode, args: [utf8(VIEW_FUNCTION), canonicalBytes(question)] });

  return {
    describe: () => transport.describe(),
    submit,
    submitAll,
    query,
    follow: (following) => followLedger(transport, chaincode, following, random),
    block: (number) => transport.block(Number(number)),
    attest,
    view,
  };
};
