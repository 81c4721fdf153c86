import { AnlianError, canonicalBytes } from '@anlian/contracts';
import { backoffMs, pause } from '../backoff.ts';
import { fromUtf8, utf8 } from '../codec/bytes.ts';
import { assembleTransaction, encodeEnvelope } from '../codec/envelope.ts';
import { encodeIdentity } from '../codec/identity.ts';
import { decodeExact, gateway } from '../codec/messages.ts';
import { buildProposal, encodeSignedProposal, NONCE_BYTES, type Proposal } from '../codec/proposal.ts';
import { decodeProposalResponse, type Endorsement } from '../codec/response.ts';
import { type ValidationCode, validationCodeName } from '../codec/validationCode.ts';
import { invalidTransaction, isReadConflict, requireEndorsed } from '../endorsed.ts';
import type { LedgerIdentity } from '../identity.ts';
import { type Ledger, LedgerDescription } from '../port.ts';
import type { Clock, Random } from '../sources.ts';
import { followEmbedded } from './follow.ts';
import { createTransport, type Fetch } from './http.ts';

export interface EmbeddedOptions {
  /** Base URL of the ledger service. */
  readonly url: string;
  /** A governor's client identity. */
  readonly identity: LedgerIdentity;
  readonly channel: string;
  readonly chaincode: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Instead of the global one: an agent of one's own, or a service in the same process. */
  readonly fetch?: Fetch;
}

/** Writers of one busy key take turns; fifty of them are through after fifty rounds at the worst. */
const ATTEMPTS = 100;
const CONFLICT = { baseMs: 10, limitMs: 1_000 };

const SYSTEM_CHAINCODE = 'qscc';

interface Endorsed {
  readonly proposal: Proposal;
  /** `ProposalResponsePayload` bytes, and the chaincode's answer inside them. */
  readonly payload: Uint8Array;
  readonly result: Uint8Array;
  readonly endorsement: Endorsement;
}

const parseResult = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw new AnlianError('ledger_corrupt', { detail: 'the chaincode’s answer is not JSON', cause });
  }
};

/** The ledger port over the embedded ledger service. Opens no connection until it is used. */
export const connectEmbedded = (options: EmbeddedOptions): Ledger => {
  const { identity, channel, chaincode, clock, random } = options;
  const transport = createTransport(options.url, options.fetch ?? globalThis.fetch);
  const creator = encodeIdentity(identity);

  const endorse = async (target: string, args: readonly Uint8Array[], signal?: AbortSignal): Promise<Endorsed> => {
    const proposal = await buildProposal(
      { channel, chaincode: target, args },
      { creator, nonce: random(NONCE_BYTES), timeMs: clock() },
    );
    const signed = encodeSignedProposal(proposal.bytes, await identity.sign(proposal.bytes));
    const response = decodeProposalResponse(await transport.post('endorse', signed, signal), 'ledger_corrupt');
    return { proposal, ...requireEndorsed(response) };
  };

  const order = async (
    { proposal, payload, endorsement }: Endorsed,
    signal?: AbortSignal,
  ): Promise<{ code: ValidationCode; blockNumber: number }> => {
    const transaction = assembleTransaction(proposal.bytes, payload, [endorsement]);
    const envelope = encodeEnvelope(transaction, await identity.sign(transaction));
    const status = decodeExact(
      gateway.CommitStatusResponse,
      await transport.post('submit', envelope, signal),
      'CommitStatusResponse',
      'ledger_corrupt',
    );
    return { code: validationCodeName(status.getResult()), blockNumber: status.getBlockNumber() };
  };

  const submit: Ledger['submit'] = async ({ command, actor }, { signal } = {}) => {
    const args = [utf8(command.name), canonicalBytes(command), utf8(actor)];
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const endorsed = await endorse(chaincode, args, signal);
      const { txId } = endorsed.proposal;
      const { code, blockNumber } = await order(endorsed, signal);
      if (code === 'VALID') return { txId, blockNumber, code, result: parseResult(endorsed.result), status: 'valid' };
      if (!isReadConflict(code) || attempt >= ATTEMPTS) throw invalidTransaction(code, txId);
      await pause(backoffMs(attempt, CONFLICT, random), signal);
    }
  };

  return {
    submit,
    describe: async () => LedgerDescription.parse(await transport.getJson('info')),
    query: async (name, args) => parseResult((await endorse(chaincode, [utf8(name), canonicalBytes(args)])).result),
    follow: (following) => followEmbedded(transport, chaincode, following, random),
    block: (number) => transport.getBytes(`blocks/${number}`),
    attest: async (txId) => {
      const { proposal, payload, endorsement } = await endorse(SYSTEM_CHAINCODE, [
        utf8('GetTransactionByID'),
        utf8(channel),
        utf8(txId),
      ]);
      return { proposal: proposal.bytes, payload, endorsements: [endorsement] };
    },
  };
};
