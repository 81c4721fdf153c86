import { canonicalBytes, type SignedCommand, stateKey } from '@anlian/contracts';
import {
  type AttestedTransaction,
  assembleTransaction,
  buildProposal,
  concatBytes,
  decodeProposal,
  type Endorsement,
  encodeChannelHeader,
  encodeEnvelope,
  encodeHeader,
  encodeIdentity,
  encodeProcessed,
  encodeReadWriteSet,
  encodeResponsePayload,
  type LedgerIdentity,
  messages,
  NONCE_BYTES,
  proposalHash,
  RESPONSE_OK,
  signerOf,
  utf8,
  VALIDATION_CODES,
} from '@anlian/sdk/ledger';
import { random } from './embeddedLedger.ts';
import { CHAINCODE, CHANNEL, type Governor } from './governors.ts';

/** A governor's identity on the ledger. */
export const identityOf = ({ mspId, msp }: Governor): LedgerIdentity => ({
  mspId,
  certPem: msp.certPem,
  sign: signerOf(msp.keyPem),
});

/** What somebody who holds the attestors' keys may put together. Whatever is left out is as it should be. */
export interface Forgery {
  readonly signed: SignedCommand;
  readonly result: unknown;
  readonly submitter: LedgerIdentity;
  /** Another spelling of the submitter's identity. */
  readonly creator?: Uint8Array;
  readonly endorsers: readonly LedgerIdentity[];
  readonly attestors: readonly LedgerIdentity[];
  readonly name?: string;
  readonly args?: readonly Uint8Array[];
  readonly channel?: string;
  readonly chaincode?: string;
  readonly code?: number;
  readonly timeMs?: number;
  readonly askedMs?: number;
  /** Signs the envelope in the submitter's place. */
  readonly envelopeBy?: LedgerIdentity;
  readonly txId?: string;
  /** What is asked of whom. */
  readonly question?: { readonly chaincode: string; readonly args: readonly string[] };
  readonly answeredBy?: string;
  /** Status of the transaction's own answer. */
  readonly status?: number;
  /** The transaction's own answer is to this hash. */
  readonly answerTo?: Uint8Array;
  /** What the transaction read and wrote; that it wrote its command's record, when left out. */
  readonly readWriteSet?: Uint8Array;
  /** The id that the transaction's header states. */
  readonly claimedTxId?: string;
}

const NOTHING = new Uint8Array();

/** What the first transaction with a command writes of it. */
const recordOf = ({ command, actor }: SignedCommand, namespace: string): Uint8Array => {
  const claims = Buffer.from(actor.split('.')[1] ?? '', 'base64url').toString();
  const { org } = claims === '' ? { org: 'nobody' } : JSON.parse(claims);
  const writes = [{ key: stateKey.command(org, command.commandId), value: utf8('{}') }];
  return encodeReadWriteSet({ namespace, reads: [], ranges: [], writes });
};

const endorse = async (payload: Uint8Array, identity: LedgerIdentity): Promise<Endorsement> => {
  const endorser = encodeIdentity(identity);
  return { endorser, signature: await identity.sign(concatBytes(payload, endorser)) };
};

const respond = async (
  proposal: { bytes: Uint8Array; txId: string },
  chaincode: string,
  payload: Uint8Array,
  {
    status = RESPONSE_OK,
    answerTo,
    readWriteSet = NOTHING,
  }: Pick<Forgery, 'status' | 'answerTo' | 'readWriteSet'> = {},
) =>
  encodeResponsePayload(
    answerTo ?? (await proposalHash(decodeProposal(proposal.bytes, 'invalid_input'))),
    proposal.txId,
    {
      chaincode,
      status,
      payload,
      readWriteSet,
      event: undefined,
    },
  );

const propose = (
  {
    channel = CHANNEL,
    submitter,
    creator = encodeIdentity(submitter),
  }: Pick<Forgery, 'channel' | 'submitter' | 'creator'>,
  chaincode: string,
  args: readonly Uint8Array[],
  timeMs = Date.now(),
) => buildProposal({ channel, chaincode, args }, { creator, nonce: random(NONCE_BYTES), timeMs });

/** The same proposal under another transaction id. */
const renamed = (bytes: Uint8Array, txId: string, channel: string, chaincode: string): Uint8Array => {
  const { header, payload } = decodeProposal(bytes, 'invalid_input');
  const { type, txTime, signatureHeader } = header;
  const channelHeader = encodeChannelHeader({ type, channel, chaincode, txId, timeMs: Date.parse(txTime) });
  const message = new messages.proposal.Proposal();
  message.setHeader(encodeHeader(channelHeader, signatureHeader));
  message.setPayload(payload);
  return message.serializeBinary();
};

/** A transaction that no ledger ever ran, as a block would hold it. */
export const forgeEnvelope = async (
  forgery: Omit<Forgery, 'attestors'>,
): Promise<{ envelope: Uint8Array; txId: string }> => {
  const { signed, result, submitter, endorsers, chaincode = CHAINCODE, envelopeBy = submitter } = forgery;
  const args = forgery.args ?? [
    utf8(forgery.name ?? signed.command.name),
    canonicalBytes(signed.command),
    utf8(signed.actor),
  ];
  const honest = await propose(forgery, chaincode, args, forgery.timeMs);
  const { claimedTxId, channel = CHANNEL } = forgery;
  const proposal = claimedTxId
    ? { txId: claimedTxId, bytes: renamed(honest.bytes, claimedTxId, channel, chaincode) }
    : honest;
  const { readWriteSet = recordOf(signed, chaincode) } = forgery;
  const response = await respond(proposal, chaincode, canonicalBytes(result), { ...forgery, readWriteSet });
  const endorsements = await Promise.all(endorsers.map((endorser) => endorse(response, endorser)));
  const payload = assembleTransaction(proposal.bytes, response, endorsements);
  return { envelope: encodeEnvelope(payload, await envelopeBy.sign(payload)), txId: proposal.txId };
};

/** An attested transaction that no ledger ever held, under real signatures of whoever attests. */
export const forgeAttested = async (forgery: Forgery): Promise<AttestedTransaction> => {
  const { attestors, code = VALIDATION_CODES.VALID } = forgery;
  const { envelope, txId } = await forgeEnvelope(forgery);
  const { chaincode, args } = forgery.question ?? {
    chaincode: 'qscc',
    args: ['GetTransactionByID', forgery.channel ?? CHANNEL, forgery.txId ?? txId],
  };
  const proposal = await propose(forgery, chaincode, args.map(utf8), forgery.askedMs);
  const payload = await respond(proposal, forgery.answeredBy ?? 'qscc', encodeProcessed(envelope, code));
  const endorsements = await Promise.all(attestors.map((attestor) => endorse(payload, attestor)));
  return { proposal: proposal.bytes, payload, endorsements };
};
