import { type CheckName, type EndorsedAnswerJson, fromBase64Url } from '@anlian/contracts';
import {
  type DecodedProposal,
  decodeIdentity,
  decodeProposal,
  decodeResponsePayload,
  type EndorsedAnswer,
  encodeHeader,
  proposalHash,
  type ResponsePayload,
  sameBytes,
} from '../../ledger/codec/index.ts';
import { proposal as proposalMessages } from '../../ledger/codec/messages.ts';
import { ensure } from './form.ts';
import { requireGovernor, signaturesDue } from './governors.ts';
import { endorsedBy, type Identified, identify } from './identities.ts';
import type { TrustedChannel } from './trust.ts';

/** A question to the ledger and its answer, taken apart. Nobody's signature has been looked at yet. */
export interface OpenedAnswer {
  readonly bytes: EndorsedAnswer;
  readonly question: DecodedProposal;
  readonly answer: ResponsePayload;
  /** When it was asked: the asker's claim, which the endorsers held against their clocks. */
  readonly askedMs: number;
}

const bytesOf = (json: EndorsedAnswerJson): EndorsedAnswer => ({
  proposal: fromBase64Url(json.proposal),
  payload: fromBase64Url(json.payload),
  endorsements: json.endorsements.map(({ endorser, signature }) => ({
    endorser: fromBase64Url(endorser),
    signature: fromBase64Url(signature),
  })),
});

/** The endorsers signed a hash over parts of the proposal; whatever stands beside these parts nobody vouches for. */
const holdsNothingElse = (bytes: Uint8Array, { header, payload }: DecodedProposal): boolean => {
  const message = new proposalMessages.Proposal();
  message.setHeader(encodeHeader(header.channelHeader, header.signatureHeader));
  message.setPayload(payload);
  return sameBytes(message.serializeBinary(), bytes);
};

/** @throws VerificationError `check`, or AnlianError for bytes that are no question and answer */
export const openAnswer = (json: EndorsedAnswerJson, check: CheckName): OpenedAnswer => {
  const bytes = bytesOf(json);
  const question = decodeProposal(bytes.proposal, 'invalid_input');
  ensure(holdsNothingElse(bytes.proposal, question), check, 'the question holds surplus bytes');
  for (const { endorser } of bytes.endorsements) decodeIdentity(endorser, 'invalid_input');
  return {
    bytes,
    question,
    answer: decodeResponsePayload(bytes.payload, 'invalid_input'),
    askedMs: Date.parse(question.header.txTime),
  };
};

/** @throws VerificationError `proposal_hash` unless the endorsers answered this very question */
export const requireProposalHash = async ({ question, answer }: OpenedAnswer): Promise<void> =>
  ensure(
    sameBytes(await proposalHash(question), answer.proposalHash),
    'proposal_hash',
    'the endorsers signed the answer to another question',
  );

/**
 * The peers that signed: of the embedded ledger's operator, or of governors that were members when they were asked. Nothing here says
 * when they signed, so their certificates are judged now, and by the newest configuration: who has left the channel since could sign
 * for the time before.
 * @throws VerificationError `endorser_identity`
 */
export const identifyEndorsers = async (
  { bytes, askedMs }: OpenedAnswer,
  channel: TrustedChannel,
  nowMs: number,
): Promise<Identified[]> => {
  const check = 'endorser_identity';
  const rule = { organisations: channel.attestors, role: 'peer', atMs: nowMs, under: 'newest' } as const;
  const found: Identified[] = [];
  for (const { endorser } of bytes.endorsements) {
    const identified = await identify(endorser, rule, check);
    if (channel.trust.ledger === 'fabric') requireGovernor(channel, identified.mspId, askedMs, check);
    found.push(identified);
  }
  return found;
};

/**
 * Signatures of distinct members over the answer, as many as are due: one too many is as wrong as one too few, or a file would have
 * many forms.
 * @throws VerificationError `endorsement`
 */
export const requireEndorsements = async (
  { bytes, askedMs }: OpenedAnswer,
  endorsers: readonly Identified[],
  channel: TrustedChannel,
): Promise<void> => {
  const check = 'endorsement';
  const members = new Set(endorsers.map(({ mspId }) => mspId));
  ensure(members.size === endorsers.length, check, 'one member endorsed twice');
  const { least, most } = signaturesDue(channel, askedMs);
  const due = least === most ? `${least}` : `${least} to ${most}`;
  ensure(endorsers.length >= least && endorsers.length <= most, check, `${endorsers.length} endorsements, ${due} due`);
  for (const [at, endorsement] of bytes.endorsements.entries()) {
    const endorser = endorsers[at];
    const holds = endorser !== undefined && (await endorsedBy(endorser, bytes.payload, endorsement));
    ensure(holds, check, `signature ${at + 1} does not hold`);
  }
};
