import {
  assembleTransaction,
  type ChaincodeAction,
  concatBytes,
  dataHash,
  decodeBlock,
  decodeProposal,
  decodeResponsePayload,
  decodeTransaction,
  type Endorsement,
  encodeBlock,
  encodeEnvelope,
  encodeHeader,
  encodeResponsePayload,
  headerHash,
  messages,
  proposalHash,
} from '@anlian/sdk/ledger';
import type { Governor } from './governors.ts';
import { creatorOf, signWith } from './rawLedger.ts';

/** An outcome under the signatures of these governors' peers, whatever the rules say of it. */
export interface Endorsed {
  /** `protos.Proposal` */
  readonly proposal: Uint8Array;
  readonly action: ChaincodeAction;
  readonly endorsers: readonly Governor[];
  /** Named as endorsers by a signature that is not theirs. */
  readonly pretended?: readonly Governor[];
}

const FAULT = 'invalid_input';

const envelopeOf = async ({ proposal, action, endorsers, pretended = [] }: Endorsed): Promise<Uint8Array> => {
  const asked = decodeProposal(proposal, FAULT);
  const payload = encodeResponsePayload(await proposalHash(asked), asked.header.txId, action);
  const endorsedAs = async (named: Governor, signer: Governor): Promise<Endorsement> => {
    const endorser = creatorOf(named);
    return { endorser, signature: await signWith(signer, concatBytes(payload, endorser)) };
  };
  const [signer] = endorsers;
  if (signer === undefined) throw new Error('somebody endorses');
  const endorsements = [
    ...(await Promise.all(endorsers.map((governor) => endorsedAs(governor, governor)))),
    ...(await Promise.all(pretended.map((governor) => endorsedAs(governor, signer)))),
  ];
  const transaction = assembleTransaction(proposal, payload, endorsements);
  return encodeEnvelope(transaction, await signWith(signer, transaction));
};

/** The block with one valid transaction, in the place of another. */
export const blockInstead = async (bytes: Uint8Array, endorsed: Endorsed): Promise<Uint8Array> => {
  const block = decodeBlock(bytes, FAULT);
  const envelopes = [await envelopeOf(endorsed)];
  const header = { ...block.header, dataHash: await dataHash(envelopes) };
  return encodeBlock({ ...block, header, envelopes, filter: Uint8Array.of(0), lastConfig: 0 });
};

/** The blocks as one chain: where one was put in the place of another, those after it name it. */
export const chained = async (blocks: readonly Uint8Array[]): Promise<Uint8Array[]> => {
  const chain: Uint8Array[] = [];
  let previousHash: Uint8Array | undefined;
  for (const bytes of blocks) {
    const block = decodeBlock(bytes, FAULT);
    const header = { ...block.header, ...(previousHash && { previousHash }) };
    chain.push(encodeBlock({ ...block, header, lastConfig: 0 }));
    previousHash = await headerHash(header);
  }
  return chain;
};

/** What the first transaction of a block asked, and what was endorsed of it. */
export const askedIn = (bytes: Uint8Array): Pick<Endorsed, 'proposal' | 'action'> => {
  const [envelope = new Uint8Array()] = decodeBlock(bytes, FAULT).envelopes;
  const { header, proposalPayload, responsePayload } = decodeTransaction(envelope, FAULT);
  const proposal = new messages.proposal.Proposal();
  proposal.setHeader(encodeHeader(header.channelHeader, header.signatureHeader));
  proposal.setPayload(proposalPayload);
  return { proposal: proposal.serializeBinary(), action: decodeResponsePayload(responsePayload, FAULT).action };
};
