import { readWire, type WireFields } from '@anlian/chaincode/wire';
import { AnlianError } from '@anlian/contracts';
import { fromUtf8 } from './bytes.ts';
import { claimedTime } from './header.ts';
import { common, type DecodeFault, decodeText } from './messages.ts';
import { decodeInvocation } from './proposal.ts';
import type { Endorsement } from './response.ts';

const FAULT = 'ledger_corrupt';

const read = (bytes: Uint8Array, fault: DecodeFault = FAULT): WireFields => readWire(bytes, fault);

/** Field numbers of Fabric's messages (fabric-protos), of those that whoever submits a transaction spells as he likes. */
const ENVELOPE = { payload: 1, signature: 2 };
const PAYLOAD = { header: 1, data: 2 };
const HEADER = { channelHeader: 1, signatureHeader: 2 };
const CHANNEL_HEADER = { type: 1, channel: 4, txId: 5, extension: 7 };
const EXTENSION = { chaincodeId: 2 };
const CHAINCODE_ID = { name: 2 };
const SIGNATURE_HEADER = { creator: 1, nonce: 2 };
const IDENTITY = { mspId: 1 };
const TRANSACTION = { actions: 1 };
const ACTION = { header: 1, payload: 2 };
const ACTION_PAYLOAD = { proposalPayload: 1, action: 2 };
const ENDORSED_ACTION = { responsePayload: 1, endorsements: 2 };
const ENDORSEMENT = { endorser: 1, signature: 2 };

/** A transaction of a block, read no further than a peer must read any. */
export interface OrderedTransaction {
  /** `common.Payload` and the creator's signature over it. */
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly type: number;
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  readonly data: Uint8Array;
}

/** What an endorser transaction commits. */
export interface OrderedAction {
  /** `common.SignatureHeader` of who proposed it. */
  readonly header: Uint8Array;
  /** `ChaincodeProposalPayload` */
  readonly proposalPayload: Uint8Array;
  /** `ProposalResponsePayload`, as endorsed. */
  readonly responsePayload: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

/**
 * Opens an envelope as a peer does, which passes over what it does not know: one that a peer holds valid must not stop those who
 * follow, whoever spelled it and how.
 * @throws {AnlianError} `fault`
 */
export const openOrdered = (envelope: Uint8Array, fault: DecodeFault = FAULT): OrderedTransaction => {
  const signed = read(envelope, fault);
  const bytes = signed.last(ENVELOPE.payload);
  const payload = read(bytes, fault);
  const header = payload.merged(PAYLOAD.header);
  const channelHeader = header.last(HEADER.channelHeader);
  return {
    payload: bytes,
    signature: signed.last(ENVELOPE.signature),
    type: read(channelHeader, fault).integer(CHANNEL_HEADER.type),
    channelHeader,
    signatureHeader: header.last(HEADER.signatureHeader),
    data: payload.last(PAYLOAD.data),
  };
};

export const isEndorserTransaction = ({ type }: OrderedTransaction): boolean =>
  type === common.HeaderType.ENDORSER_TRANSACTION;

/** The chaincode that was called. Peers look for it in the header; the name beside the arguments is read by none. */
export const calledChaincode = ({ channelHeader }: OrderedTransaction): string => {
  const extension = read(read(channelHeader).last(CHANNEL_HEADER.extension));
  return new TextDecoder().decode(extension.merged(EXTENSION.chaincodeId).last(CHAINCODE_ID.name));
};

const actionIn = (bytes: Uint8Array, fault: DecodeFault): OrderedAction => {
  const message = read(bytes, fault);
  const payload = read(message.last(ACTION.payload), fault);
  const action = payload.merged(ACTION_PAYLOAD.action);
  return {
    header: message.last(ACTION.header),
    proposalPayload: payload.last(ACTION_PAYLOAD.proposalPayload),
    responsePayload: action.last(ENDORSED_ACTION.responsePayload),
    endorsements: action.all(ENDORSED_ACTION.endorsements).map((one) => {
      const endorsement = read(one, fault);
      return { endorser: endorsement.last(ENDORSEMENT.endorser), signature: endorsement.last(ENDORSEMENT.signature) };
    }),
  };
};

export const actionOf = ({ data }: OrderedTransaction): OrderedAction =>
  actionIn(read(data).last(TRANSACTION.actions), FAULT);

/** As {@link actionOf}, where the filter of a block is not believed: a peer holds a transaction of several actions invalid. */
export const onlyActionOf = ({ data }: OrderedTransaction, fault: DecodeFault): OrderedAction => {
  const [only, ...surplus] = read(data, fault).all(TRANSACTION.actions);
  if (only === undefined || surplus.length > 0)
    throw new AnlianError(fault, { field: 'Transaction', detail: 'a transaction has one action' });
  return actionIn(only, fault);
};

export const channelOf = ({ channelHeader }: OrderedTransaction, fault: DecodeFault): string =>
  decodeText(read(channelHeader, fault).last(CHANNEL_HEADER.channel), 'ChannelHeader.channel_id', fault);

export const txIdOf = ({ channelHeader }: OrderedTransaction, fault: DecodeFault): string =>
  decodeText(read(channelHeader, fault).last(CHANNEL_HEADER.txId), 'ChannelHeader.tx_id', fault);

/** Who signed a `common.SignatureHeader`'s message, and what made it the only one. */
export const signerIn = (
  signatureHeader: Uint8Array,
  fault: DecodeFault,
): { readonly creator: Uint8Array; readonly nonce: Uint8Array } => {
  const header = read(signatureHeader, fault);
  return { creator: header.last(SIGNATURE_HEADER.creator), nonce: header.last(SIGNATURE_HEADER.nonce) };
};

/** Arguments as the chaincode's own library reads them, which refuses those that the peer reads otherwise. */
export const argsOf = ({ proposalPayload }: Pick<OrderedAction, 'proposalPayload'>): readonly Uint8Array[] =>
  decodeInvocation(proposalPayload, FAULT).args;

/**
 * When and by whom a call of ours was submitted. Of others' calls nobody need know: peers hold no time against their clocks, and a
 * transaction may have none.
 */
export const submissionOf = ({
  channelHeader,
  signatureHeader,
}: OrderedTransaction): { readonly txId: string; readonly txTime: string; readonly mspId: string } => {
  const creator = read(read(signatureHeader).last(SIGNATURE_HEADER.creator));
  return {
    txId: fromUtf8(read(channelHeader).last(CHANNEL_HEADER.txId)),
    txTime: claimedTime(channelHeader, FAULT),
    mspId: fromUtf8(creator.last(IDENTITY.mspId)),
  };
};
