import { assembleTransaction, encodeEnvelope } from '../codec/envelope.ts';
import { encodeIdentity } from '../codec/identity.ts';
import { decodeExact, gateway } from '../codec/messages.ts';
import { buildProposal, encodeSignedProposal, NONCE_BYTES } from '../codec/proposal.ts';
import { decodeProposalResponse } from '../codec/response.ts';
import { validationCodeName } from '../codec/validationCode.ts';
import { requireEndorsed } from '../endorsed.ts';
import type { LedgerIdentity } from '../identity.ts';
import { ledgerOver } from '../ledgerOver.ts';
import { type Ledger, LedgerDescription } from '../port.ts';
import type { Clock, Random } from '../sources.ts';
import type { LedgerTransport } from '../transport.ts';
import { createHttpClient, type Fetch } from './http.ts';
import { blockStream } from './stream.ts';

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

/** The ledger port over the embedded ledger service. Opens no connection until it is used. */
export const connectEmbedded = (options: EmbeddedOptions): Ledger => {
  const { identity, channel, clock, random } = options;
  const http = createHttpClient(options.url, options.fetch ?? globalThis.fetch);
  const creator = encodeIdentity(identity);

  const endorse: LedgerTransport['endorse'] = async ({ chaincode, args }, signal) => {
    const proposal = await buildProposal(
      { channel, chaincode, args },
      { creator, nonce: random(NONCE_BYTES), timeMs: clock() },
    );
    const signed = encodeSignedProposal(proposal.bytes, await identity.sign(proposal.bytes));
    const response = decodeProposalResponse(await http.post('endorse', signed, signal), 'ledger_corrupt');
    const { payload, result, endorsement } = requireEndorsed(response);
    return { txId: proposal.txId, proposal: proposal.bytes, payload, result, endorsements: [endorsement] };
  };

  const order: LedgerTransport['order'] = async ({ proposal, payload, endorsements }, signal) => {
    const transaction = assembleTransaction(proposal, payload, endorsements);
    const envelope = encodeEnvelope(transaction, await identity.sign(transaction));
    const status = decodeExact(
      gateway.CommitStatusResponse,
      await http.post('submit', envelope, signal),
      'CommitStatusResponse',
      'ledger_corrupt',
    );
    return { code: validationCodeName(status.getResult()), blockNumber: status.getBlockNumber() };
  };

  return ledgerOver(
    {
      describe: async () => LedgerDescription.parse(await http.getJson('info')),
      endorse,
      order,
      evaluate: async (call) => (await endorse(call)).result,
      blocks: (from, signal) => blockStream(http, from, signal),
      block: (number) => http.getBytes(`blocks/${number}`),
    },
    options,
  );
};
