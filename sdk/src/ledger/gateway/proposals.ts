import type { Gateway, Proposal } from '@hyperledger/fabric-gateway';
import { decodePrepared } from '../codec/envelope.ts';
import { encodeIdentity } from '../codec/identity.ts';
import { decodeSigned, gateway as messages, proposal as proposals } from '../codec/messages.ts';
import { buildProposal, encodeSignedProposal, NONCE_BYTES } from '../codec/proposal.ts';
import { decodeResponsePayload } from '../codec/response.ts';
import type { Call, Proposed } from '../transport.ts';
import { guarded } from './faults.ts';
import type { GatewayTransportOptions } from './options.ts';

const CORRUPT = 'ledger_corrupt';

/** A signed proposal, to be sent where the policy says or to one governor. */
export interface GatewayProposal extends Proposed {
  /** Where the endorsement policy says, by the gateway's choice. */
  askAny(signal?: AbortSignal): ReturnType<Proposed['ask']>;
  /** One peer's answer without its signature: of this member's own, or of a governor named. */
  evaluate(mspId?: string): Promise<Uint8Array>;
}

const answerOf = async (proposal: Proposal) => {
  const prepared = await proposal.endorse();
  const message = decodeSigned(messages.PreparedTransaction, prepared.getBytes(), 'PreparedTransaction', CORRUPT);
  const payload = message.getEnvelope()?.getPayload_asU8() ?? new Uint8Array();
  const { responsePayload, endorsements } = decodePrepared(payload, CORRUPT);
  const { action } = decodeResponsePayload(responsePayload, CORRUPT);
  return { payload: responsePayload, result: action.payload, endorsements };
};

/** Makes proposals of our own clock and randomness, signed once. */
export const gatewayProposals =
  (gateway: Gateway, { identity, channel, clock, random }: GatewayTransportOptions) =>
  async ({ chaincode, args }: Call): Promise<GatewayProposal> => {
    const { txId, bytes } = await buildProposal(
      { channel, chaincode, args },
      { creator: encodeIdentity(identity), nonce: random(NONCE_BYTES), timeMs: clock() },
    );
    const signed = encodeSignedProposal(bytes, await identity.sign(bytes));
    const addressed = (...mspIds: string[]): Proposal => {
      const message = new messages.ProposedTransaction();
      message.setTransactionId(txId);
      message.setProposal(decodeSigned(proposals.SignedProposal, signed, 'SignedProposal', CORRUPT));
      message.setEndorsingOrganizationsList(mspIds);
      return gateway.newProposal(message.serializeBinary());
    };
    const own = identity.mspId;
    return {
      txId,
      proposal: bytes,
      ask: (mspId, signal) => guarded(signal, () => answerOf(addressed(mspId)), { own, anybody: false }),
      askAny: (signal) => guarded(signal, () => answerOf(addressed()), { own, anybody: true }),
      evaluate: (mspId) => guarded(undefined, () => addressed(...(mspId === undefined ? [] : [mspId])).evaluate()),
    };
  };
