import type { EmbeddedLedger } from '@anlian/consortium/ledger';
import { canonicalBytes, type SignedCommand } from '@anlian/contracts';
import {
  assembleTransaction,
  buildProposal,
  decodeProposalResponse,
  type Endorsement,
  encodeEnvelope,
  encodeIdentity,
  encodeSignedProposal,
  NONCE_BYTES,
  type ProposalResponse,
  signerOf,
  utf8,
  validationCodeName,
} from '@anlian/sdk/ledger';
import { random } from './embeddedLedger.ts';
import { CHAINCODE, CHANNEL, type Governor } from './governors.ts';

/** A proposal and what the endorser made of it, with every step open to a test that wants to tamper. */
export interface RawEndorsement {
  readonly proposal: Uint8Array;
  readonly txId: string;
  readonly response: ProposalResponse;
  readonly endorsement: Endorsement;
}

export const creatorOf = ({ mspId, msp }: Governor): Uint8Array => encodeIdentity({ mspId, certPem: msp.certPem });

export const proposalOf = (
  governor: Governor,
  { command, actor }: SignedCommand,
  change: { timeMs?: number; channel?: string; chaincode?: string } = {},
) =>
  buildProposal(
    {
      channel: change.channel ?? CHANNEL,
      chaincode: change.chaincode ?? CHAINCODE,
      args: [utf8(command.name), canonicalBytes(command), utf8(actor)],
    },
    { creator: creatorOf(governor), nonce: random(NONCE_BYTES), timeMs: change.timeMs ?? Date.now() },
  );

export const signWith = ({ msp }: Governor, message: Uint8Array): Promise<Uint8Array> => signerOf(msp.keyPem)(message);

/** The endorser's answer to a proposal signed by this governor. */
export const ask = async (
  ledger: EmbeddedLedger,
  governor: Governor,
  proposal: Uint8Array,
): Promise<ProposalResponse> =>
  decodeProposalResponse(
    await ledger.endorse(encodeSignedProposal(proposal, await signWith(governor, proposal))),
    'invalid_input',
  );

export const endorse = async (
  ledger: EmbeddedLedger,
  governor: Governor,
  signed: SignedCommand,
): Promise<RawEndorsement> => {
  const { bytes: proposal, txId } = await proposalOf(governor, signed);
  const response = await ask(ledger, governor, proposal);
  if (response.endorsement === undefined) throw new Error(`not endorsed: ${response.message}`);
  return { proposal, txId, response, endorsement: response.endorsement };
};

export const envelopeOf = async (
  governor: Governor,
  { proposal, response, endorsement }: RawEndorsement,
): Promise<Uint8Array> => {
  const payload = assembleTransaction(proposal, response.payload, [endorsement]);
  return encodeEnvelope(payload, await signWith(governor, payload));
};

/** The validation code that an envelope gets in its block. */
export const codeOf = async (ledger: EmbeddedLedger, envelope: Uint8Array): Promise<string> =>
  validationCodeName((await ledger.submit(envelope)).code);
