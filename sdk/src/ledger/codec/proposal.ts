import { sha256 } from '@anlian/chaincode/crypto';
import { concatBytes } from './bytes.ts';
import {
  chaincodeIdOf,
  decodeHeader,
  encodeChannelHeader,
  encodeHeader,
  encodeSignatureHeader,
  type TransactionHeader,
  transactionId,
} from './header.ts';
import {
  chaincode as chaincodeMessages,
  common,
  type DecodeFault,
  decodeSigned,
  proposal,
  required,
} from './messages.ts';

/** What a chaincode is asked to do: the first argument is the function. */
export interface Invocation {
  readonly channel: string;
  readonly chaincode: string;
  readonly args: readonly Uint8Array[];
}

export interface Proposal {
  readonly txId: string;
  /** `protos.Proposal`: what the creator signs. */
  readonly bytes: Uint8Array;
}

export interface DecodedProposal {
  readonly header: TransactionHeader;
  readonly chaincode: string;
  readonly args: readonly Uint8Array[];
  /** `ChaincodeProposalPayload` without its transient map: what is hashed and goes on the ledger. */
  readonly payload: Uint8Array;
}

/** Bytes of a nonce that Fabric's own clients use. */
export const NONCE_BYTES = 24;

const encodeInvocation = (invocation: Invocation): Uint8Array => {
  const input = new chaincodeMessages.ChaincodeInput();
  input.setArgsList([...invocation.args]);
  const spec = new chaincodeMessages.ChaincodeSpec();
  spec.setType(chaincodeMessages.ChaincodeSpec.Type.NODE);
  spec.setChaincodeId(chaincodeIdOf(invocation.chaincode));
  spec.setInput(input);
  const message = new chaincodeMessages.ChaincodeInvocationSpec();
  message.setChaincodeSpec(spec);
  return message.serializeBinary();
};

/** Builds an unsigned chaincode proposal. `timeMs` becomes the transaction's time; `nonce` must be fresh. */
export const buildProposal = async (
  invocation: Invocation,
  { creator, nonce, timeMs }: { readonly creator: Uint8Array; readonly nonce: Uint8Array; readonly timeMs: number },
): Promise<Proposal> => {
  const txId = await transactionId(nonce, creator);
  const { channel, chaincode } = invocation;
  const channelHeader = encodeChannelHeader({
    type: common.HeaderType.ENDORSER_TRANSACTION,
    channel,
    chaincode,
    txId,
    timeMs,
  });
  const payload = new proposal.ChaincodeProposalPayload();
  payload.setInput(encodeInvocation(invocation));
  const message = new proposal.Proposal();
  message.setHeader(encodeHeader(channelHeader, encodeSignatureHeader(creator, nonce)));
  message.setPayload(payload.serializeBinary());
  return { txId, bytes: message.serializeBinary() };
};

/** `protos.SignedProposal`, what a peer receives. */
export const encodeSignedProposal = (proposalBytes: Uint8Array, signature: Uint8Array): Uint8Array => {
  const message = new proposal.SignedProposal();
  message.setProposalBytes(proposalBytes);
  message.setSignature(signature);
  return message.serializeBinary();
};

export const decodeSignedProposal = (
  bytes: Uint8Array,
): { readonly proposal: Uint8Array; readonly signature: Uint8Array } => {
  const message = decodeSigned(proposal.SignedProposal, bytes, 'SignedProposal', 'invalid_input');
  return { proposal: message.getProposalBytes_asU8(), signature: message.getSignature_asU8() };
};

/** The chaincode's name and arguments inside a `ChaincodeProposalPayload`. */
export const decodeInvocation = (
  payload: Uint8Array,
  fault: DecodeFault,
): { readonly chaincode: string; readonly args: readonly Uint8Array[] } => {
  const { input } = splitPayload(payload, fault);
  const message = decodeSigned(chaincodeMessages.ChaincodeInvocationSpec, input, 'ChaincodeInvocationSpec', fault);
  const spec = required(message.getChaincodeSpec(), 'ChaincodeSpec', fault);
  return { chaincode: spec.getChaincodeId()?.getName() ?? '', args: spec.getInput()?.getArgsList_asU8() ?? [] };
};

const splitPayload = (payload: Uint8Array, fault: DecodeFault) => {
  const message = decodeSigned(proposal.ChaincodeProposalPayload, payload, 'ChaincodeProposalPayload', fault);
  message.clearTransientmapMap();
  return { input: message.getInput_asU8(), withoutTransient: message.serializeBinary() };
};

/** The parts of a proposal that its transaction takes over, as they were signed. */
export const splitProposal = (
  bytes: Uint8Array,
  fault: DecodeFault,
): Pick<TransactionHeader, 'channelHeader' | 'signatureHeader'> & Pick<DecodedProposal, 'payload'> => {
  const message = decodeSigned(proposal.Proposal, bytes, 'Proposal', fault);
  const header = decodeSigned(common.Header, message.getHeader_asU8(), 'Header', fault);
  return {
    channelHeader: header.getChannelHeader_asU8(),
    signatureHeader: header.getSignatureHeader_asU8(),
    payload: splitPayload(message.getPayload_asU8(), fault).withoutTransient,
  };
};

export const decodeProposal = (bytes: Uint8Array, fault: DecodeFault): DecodedProposal => {
  const message = decodeSigned(proposal.Proposal, bytes, 'Proposal', fault);
  const header = decodeSigned(common.Header, message.getHeader_asU8(), 'Header', fault);
  const { withoutTransient } = splitPayload(message.getPayload_asU8(), fault);
  return {
    header: decodeHeader(header, fault),
    ...decodeInvocation(withoutTransient, fault),
    payload: withoutTransient,
  };
};

/** The hash that a proposal response carries: SHA-256(channel header || signature header || payload without transient map). */
export const proposalHash = (parts: {
  readonly header: Pick<TransactionHeader, 'channelHeader' | 'signatureHeader'>;
  readonly payload: Uint8Array;
}): Promise<Uint8Array> => sha256(concatBytes(parts.header.channelHeader, parts.header.signatureHeader, parts.payload));
