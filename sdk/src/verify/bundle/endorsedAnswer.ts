import { type CheckName, type EndorsedAnswerJson, fromBase64Url } from '@anlian/contracts';
import {
  type DecodedAnswer,
  type DecodedProposal,
  decodeAnswer,
  decodeIdentity,
  type EndorsedAnswer,
  encodeHeader,
  proposalHash,
  sameBytes,
} from '../../ledger/codec/index.ts';
import { proposal as proposalMessages } from '../../ledger/codec/messages.ts';
import { ensure } from '../form.ts';
import { requireGovernor, signaturesDue } from './governors.ts';
import { endorsedBy, type Identified, identify } from './identities.ts';
import type { TrustedChannel } from './trust.ts';

/** A question to the ledger and its answer, taken apart. Nobody's signature has been looked at yet. */
export interface OpenedAnswer extends DecodedAnswer {
  readonly bytes: EndorsedAnswer;
  /** When it was asked: the asker's claim. Of chaincodes only the alliance's own holds it against the endorsers' clocks. */
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
  const { question, answer } = decodeAnswer(bytes, 'invalid_input');
  ensure(holdsNothingElse(bytes.proposal, question), check, 'the question holds surplus bytes');
  for (const { endorser } of bytes.endorsements) decodeIdentity(endorser, 'invalid_input');
  return { bytes, question, answer, askedMs: Date.parse(question.header.txTime) };
};

/**
 * When governors must have been governors, and by which configuration the number of their signatures is due: for a view when it was
 * asked, for an attested transaction now. The ledger answers `qscc` whatever time the asker states, so that the few founders of a
 * channel that has grown could have signed as if they were still alone.
 */
export interface Standing {
  readonly atMs: number;
  readonly under?: 'newest';
}

/** @throws VerificationError `proposal_hash` unless the endorsers answered this very question */
export const requireProposalHash = async ({ question, answer }: OpenedAnswer): Promise<void> =>
  ensure(
    sameBytes(await proposalHash(question), answer.proposalHash),
    'proposal_hash',
    'the endorsers signed the answer to another question',
  );

/**
 * The peers that signed: of the embedded ledger's operator, or of governors that count. Nothing here says when they signed, so their
 * certificates are judged now, and by the newest configuration: who has left the channel since could sign for the time before.
 * @throws VerificationError `endorser_identity`
 */
export const identifyEndorsers = async (
  { bytes }: OpenedAnswer,
  channel: TrustedChannel,
  { atMs }: Standing,
  nowMs: number,
): Promise<Identified[]> => {
  const check = 'endorser_identity';
  const rule = { organisations: channel.attestors, role: 'peer', atMs: nowMs, under: 'newest' } as const;
  const found: Identified[] = [];
  for (const { endorser } of bytes.endorsements) {
    const identified = await identify(endorser, rule, check);
    if (channel.trust.ledger === 'fabric') requireGovernor(channel, identified.mspId, atMs, check);
    found.push(identified);
  }
  return found;
};

/**
 * Signatures of distinct members over the answer, in the order of their MSP ids, as many as are due: one too many is as wrong as one
 * too few, or a file would have many forms.
 * @throws VerificationError `endorsement`
 */
export const requireEndorsements = async (
  { bytes }: OpenedAnswer,
  endorsers: readonly Identified[],
  channel: TrustedChannel,
  { atMs, under }: Standing,
): Promise<void> => {
  const check = 'endorsement';
  const members = new Set(endorsers.map(({ mspId }) => mspId));
  ensure(members.size === endorsers.length, check, 'one member endorsed twice');
  const isInOrder = endorsers.every(({ mspId }, at) => at === 0 || (endorsers[at - 1]?.mspId ?? '') < mspId);
  ensure(isInOrder, check, 'the endorsements are not in the order of their MSP ids');
  const { least, most } = signaturesDue(channel, atMs, under);
  const due = least === most ? `${least}` : `${least} to ${most}`;
  ensure(endorsers.length >= least && endorsers.length <= most, check, `${endorsers.length} endorsements, ${due} due`);
  for (const [at, endorsement] of bytes.endorsements.entries()) {
    const endorser = endorsers[at];
    const holds = endorser !== undefined && (await endorsedBy(endorser, bytes.payload, endorsement));
    ensure(holds, check, `signature ${at + 1} does not hold`);
  }
};
