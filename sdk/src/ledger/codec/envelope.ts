import { AnlianError } from '@anlian/contracts';
import { sameBytes } from './bytes.ts';
import { decodeHeader, type TransactionHeader } from './header.ts';
import { common, type DecodeFault, decodeExact, decodeSigned, required, transaction } from './messages.ts';
import { decodeInvocation, splitProposal } from './proposal.ts';
import { type Endorsement, fromEndorsement, toEndorsement } from './response.ts';

/** A transaction as the orderer takes it and a block holds it. */
export interface TransactionEnvelope {
  /** `common.Payload` bytes and the creator's signature over them. */
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly header: TransactionHeader;
  readonly chaincode: string;
  readonly args: readonly Uint8Array[];
  /** `ChaincodeProposalPayload` without transient map; with the header it gives the proposal hash. */
  readonly proposalPayload: Uint8Array;
  /** `ProposalResponsePayload` bytes, as endorsed. */
  readonly responsePayload: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

/** `common.Envelope` around signed payload bytes. */
export const encodeEnvelope = (payload: Uint8Array, signature: Uint8Array): Uint8Array => {
  const message = new common.Envelope();
  message.setPayload(payload);
  message.setSignature(signature);
  return message.serializeBinary();
};

export const splitEnvelope = (
  bytes: Uint8Array,
  fault: DecodeFault,
): { readonly payload: Uint8Array; readonly signature: Uint8Array } => {
  const message = decodeExact(common.Envelope, bytes, 'Envelope', fault);
  return { payload: message.getPayload_asU8(), signature: message.getSignature_asU8() };
};

/** Header and data of a `common.Payload`, whatever the transaction's type. */
export const decodePayload = (
  payload: Uint8Array,
  fault: DecodeFault,
): { readonly header: TransactionHeader; readonly data: Uint8Array } => {
  const message = decodeSigned(common.Payload, payload, 'Payload', fault);
  return {
    header: decodeHeader(required(message.getHeader(), 'Payload.header', fault), fault),
    data: message.getData_asU8(),
  };
};

/** `common.Payload` of the transaction that commits an endorsed proposal: what the creator signs last. */
export const assembleTransaction = (
  proposalBytes: Uint8Array,
  responsePayload: Uint8Array,
  endorsements: readonly Endorsement[],
): Uint8Array => {
  const { channelHeader, signatureHeader, payload } = splitProposal(proposalBytes, 'invalid_input');
  const action = new transaction.ChaincodeEndorsedAction();
  action.setProposalResponsePayload(responsePayload);
  action.setEndorsementsList(endorsements.map(toEndorsement));
  const actionPayload = new transaction.ChaincodeActionPayload();
  actionPayload.setChaincodeProposalPayload(payload);
  actionPayload.setAction(action);
  const only = new transaction.TransactionAction();
  only.setHeader(signatureHeader);
  only.setPayload(actionPayload.serializeBinary());
  const message = new transaction.Transaction();
  message.setActionsList([only]);
  const headers = new common.Header();
  headers.setChannelHeader(channelHeader);
  headers.setSignatureHeader(signatureHeader);
  const out = new common.Payload();
  out.setHeader(headers);
  out.setData(message.serializeBinary());
  return out.serializeBinary();
};

/** The only action of a `protos.Transaction`, and what was endorsed in it. */
const onlyAction = (data: Uint8Array, fault: DecodeFault) => {
  const actions = decodeSigned(transaction.Transaction, data, 'Transaction', fault).getActionsList();
  const [only] = actions;
  if (only === undefined || actions.length > 1) throw notOneAction(fault);
  const payload = decodeSigned(
    transaction.ChaincodeActionPayload,
    only.getPayload_asU8(),
    'ChaincodeActionPayload',
    fault,
  );
  const action = required(payload.getAction(), 'ChaincodeEndorsedAction', fault);
  return {
    signatureHeader: only.getHeader_asU8(),
    proposalPayload: payload.getChaincodeProposalPayload_asU8(),
    responsePayload: action.getProposalResponsePayload_asU8(),
    endorsements: action.getEndorsementsList().map(fromEndorsement),
  };
};

const notOneAction = (fault: DecodeFault): AnlianError =>
  new AnlianError(fault, { field: 'Transaction', detail: 'expected an endorser transaction with one action' });

/** What was endorsed in a transaction that a peer prepared. Nothing else of it counts: whoever proposed assembles its own. */
export const decodePrepared = (
  payload: Uint8Array,
  fault: DecodeFault,
): Pick<TransactionEnvelope, 'responsePayload' | 'endorsements'> => {
  const data = decodeSigned(common.Payload, payload, 'Payload', fault).getData_asU8();
  const { responsePayload, endorsements } = onlyAction(data, fault);
  return { responsePayload, endorsements };
};

/** Decodes an endorser transaction. Throws `fault` for another type of transaction, or one with other than one action. */
export const decodeTransaction = (bytes: Uint8Array, fault: DecodeFault): TransactionEnvelope => {
  const { payload, signature } = splitEnvelope(bytes, fault);
  const { header, data } = decodePayload(payload, fault);
  if (header.type !== common.HeaderType.ENDORSER_TRANSACTION) throw notOneAction(fault);
  const { signatureHeader, ...action } = onlyAction(data, fault);
  if (!sameBytes(signatureHeader, header.signatureHeader)) {
    throw new AnlianError(fault, {
      field: 'TransactionAction.header',
      detail: 'the action was proposed by another creator than the transaction’s',
    });
  }
  return { payload, signature, header, ...decodeInvocation(action.proposalPayload, fault), ...action };
};

/** `protos.ProcessedTransaction`, what `qscc` `GetTransactionByID` answers. */
export const encodeProcessed = (envelope: Uint8Array, validationCode: number): Uint8Array => {
  const message = new transaction.ProcessedTransaction();
  message.setTransactionenvelope(common.Envelope.deserializeBinary(envelope));
  message.setValidationcode(validationCode);
  return message.serializeBinary();
};
