import { type AttestedTransactionJson, fromBase64Url, type ProofBundle } from '@anlian/contracts';
import {
  type AttestedTransaction,
  type DecodedAttested,
  decodeAttested,
  decodeProposal,
  decodeResponsePayload,
  encodeHeader,
  proposalHash,
  RESPONSE_OK,
  type ResponsePayload,
  sameBytes,
} from '../../ledger/codec/index.ts';
import { proposal as proposalMessages } from '../../ledger/codec/messages.ts';
import { ensure } from './form.ts';
import { endorsedBy, type Identified, identify } from './identities.ts';
import { isWithin } from './interval.ts';
import type { TrustedChannel } from './trust.ts';

/** An attested transaction taken apart: the question and its answer, and the transaction inside the answer. */
export interface LedgerProof {
  readonly bytes: AttestedTransaction;
  readonly outer: DecodedAttested;
  /** What the transaction's own endorsers signed. */
  readonly inner: ResponsePayload;
}

const SYSTEM_CHAINCODE = 'qscc';

const bytesOf = (json: AttestedTransactionJson): AttestedTransaction => ({
  proposal: fromBase64Url(json.proposal),
  payload: fromBase64Url(json.payload),
  endorsements: json.endorsements.map(({ endorser, signature }) => ({
    endorser: fromBase64Url(endorser),
    signature: fromBase64Url(signature),
  })),
});

/** The endorsers signed a hash over parts of the proposal; whatever stands beside these parts nobody vouches for. */
const holdsNothingElse = (proposal: Uint8Array): boolean => {
  const { header, payload } = decodeProposal(proposal, 'invalid_input');
  const message = new proposalMessages.Proposal();
  message.setHeader(encodeHeader(header.channelHeader, header.signatureHeader));
  message.setPayload(payload);
  return sameBytes(message.serializeBinary(), proposal);
};

/**
 * Takes the ledger proof apart: a question to `qscc` for one transaction, its answer, and nothing besides. Another chaincode that
 * repeats what it is told could have any text signed.
 * @throws VerificationError `ledger_form`
 */
export const openLedgerProof = async (json: AttestedTransactionJson): Promise<LedgerProof> => {
  const check = 'ledger_form';
  const bytes = bytesOf(json);
  const outer = await decodeAttested(bytes);
  ensure(holdsNothingElse(bytes.proposal), check, 'the question holds surplus bytes');
  const { asked, transaction } = outer;
  const asksSystem = asked.chaincode === SYSTEM_CHAINCODE && asked.header.chaincode === SYSTEM_CHAINCODE;
  ensure(asksSystem && asked.function === 'GetTransactionByID', check, 'the question is not for a transaction');
  const isAnswer = outer.answeredBy === SYSTEM_CHAINCODE && outer.status === RESPONSE_OK;
  ensure(isAnswer, check, 'the answer is not the ledger’s own');
  ensure(asked.txId === transaction.header.txId, check, 'the answer is about another transaction');
  return { bytes, outer, inner: decodeResponsePayload(transaction.responsePayload, 'invalid_input') };
};

/** @throws VerificationError `channel` unless question, transaction and file are all of the trusted channel */
export const requireChannel = (bundle: ProofBundle, { outer }: LedgerProof, { trust }: TrustedChannel): void => {
  const { asked, transaction } = outer;
  const named = [bundle.channel, asked.channel, asked.header.channel, transaction.header.channel];
  ensure(
    named.every((channel) => channel === trust.channel),
    'channel',
    'the proof is of another channel than the trust file',
  );
};

/** @throws VerificationError `chaincode` unless the transaction is a call of the trusted chaincode, answered by it */
export const requireChaincode = (
  bundle: ProofBundle,
  { outer: { transaction }, inner }: LedgerProof,
  { trust }: TrustedChannel,
): void => {
  const named = [bundle.chaincode, transaction.header.chaincode, transaction.chaincode, inner.action.chaincode];
  ensure(
    named.every((chaincode) => chaincode === trust.chaincode),
    'chaincode',
    'the transaction is a call of another chaincode than the trust file’s',
  );
};

/** @throws VerificationError `proposal_hash` */
export const requireProposalHash = ({ outer }: LedgerProof): void =>
  ensure(
    sameBytes(outer.proposalHash, outer.signedProposalHash),
    'proposal_hash',
    'the endorsers signed the answer to another question',
  );

/**
 * The peers that attest: of the embedded ledger's operator, or of governors that were members when they were asked. Their
 * certificates are judged now, since nothing here says when they signed.
 * @throws VerificationError `endorser_identity`
 */
export const identifyEndorsers = async (
  { outer }: LedgerProof,
  channel: TrustedChannel,
  nowMs: number,
): Promise<Identified[]> => {
  const check = 'endorser_identity';
  const rule = { organisations: channel.attestors, role: 'peer', atMs: nowMs } as const;
  const askedMs = Date.parse(outer.asked.header.txTime);
  const found: Identified[] = [];
  for (const { endorser } of outer.endorsers) {
    const identified = await identify(endorser, rule, check);
    if (channel.trust.ledger === 'fabric') requireGovernor(channel, identified.mspId, askedMs, check);
    found.push(identified);
  }
  return found;
};

/**
 * The MSP is that of a governor, a member at that time on the ledger's clock; for what `windsDown`, that had become one.
 * @throws VerificationError `check`
 */
export const requireGovernor = (
  { trust }: TrustedChannel,
  mspId: string,
  ms: number,
  check: 'endorser_identity' | 'transaction_creator' | 'transaction_endorsement',
  { windsDown = false }: { readonly windsDown?: boolean } = {},
): void => {
  const governor = trust.members.find((member) => member.kind === 'governor' && member.mspId === mspId);
  const holds = governor !== undefined && isWithin(windsDown ? { ...governor, to: null } : governor, ms);
  ensure(holds, check, 'not a governor at that time');
};

/**
 * Exactly k signatures of distinct members over the answer: one too many is as wrong as one too few, or a file would have many forms.
 * @throws VerificationError `endorsement`
 */
export const requireEndorsements = async (
  { bytes }: LedgerProof,
  endorsers: readonly Identified[],
  { trust }: TrustedChannel,
): Promise<void> => {
  const check = 'endorsement';
  const members = new Set(endorsers.map(({ mspId }) => mspId));
  ensure(members.size === endorsers.length, check, 'one member endorsed twice');
  ensure(endorsers.length === trust.k, check, `${endorsers.length} endorsements where ${trust.k} are due`);
  for (const [at, endorsement] of bytes.endorsements.entries()) {
    const endorser = endorsers[at];
    const holds = endorser !== undefined && (await endorsedBy(endorser, bytes.payload, endorsement));
    ensure(holds, check, `signature ${at + 1} does not hold`);
  }
};

/** @throws VerificationError `transaction_valid` */
export const requireValid = ({ outer }: LedgerProof): void =>
  ensure(outer.validationCode === 'VALID', 'transaction_valid', `the ledger judged it ${outer.validationCode}`);

/** The hash that the transaction's own endorsers must have signed. */
export const innerProposalHash = ({ outer: { transaction } }: LedgerProof): Promise<Uint8Array> =>
  proposalHash({ header: transaction.header, payload: transaction.proposalPayload });
