import { chaincodeIdOf } from './header.ts';
import {
  chaincodeEvent,
  type DecodeFault,
  decodeExact,
  decodeSigned,
  proposal,
  proposalResponse,
  required,
} from './messages.ts';

/** Statuses as Fabric's shim uses them: from 400 on nothing is endorsed. */
export const RESPONSE_OK = 200;
export const RESPONSE_REFUSED = 500;

/** What a chaincode answered, and what that would change. */
export interface ChaincodeAction {
  readonly chaincode: string;
  readonly status: number;
  /** The result, canonical JSON for our chaincode and a protobuf for `qscc`. */
  readonly payload: Uint8Array;
  /** `rwset.TxReadWriteSet`; empty where nothing was simulated. */
  readonly readWriteSet: Uint8Array;
  readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
}

/** A peer's signature over `ProposalResponsePayload || endorser`. */
export interface Endorsement {
  /** `msp.SerializedIdentity`. */
  readonly endorser: Uint8Array;
  /** DER, low S. */
  readonly signature: Uint8Array;
}

export interface ResponsePayload {
  readonly proposalHash: Uint8Array;
  readonly action: ChaincodeAction;
}

const encodeEvent = (
  chaincode: string,
  txId: string,
  event: { readonly name: string; readonly payload: Uint8Array },
): Uint8Array => {
  const message = new chaincodeEvent.ChaincodeEvent();
  message.setChaincodeId(chaincode);
  message.setTxId(txId);
  message.setEventName(event.name);
  message.setPayload(event.payload);
  return message.serializeBinary();
};

const encodeResponse = (status: number, payload: Uint8Array, message = '') => {
  const response = new proposalResponse.Response();
  response.setStatus(status);
  response.setMessage(message);
  response.setPayload(payload);
  return response;
};

/** `protos.ProposalResponsePayload`, the bytes that are endorsed. */
export const encodeResponsePayload = (hash: Uint8Array, txId: string, action: ChaincodeAction): Uint8Array => {
  const message = new proposal.ChaincodeAction();
  message.setResults(action.readWriteSet);
  if (action.event !== undefined) message.setEvents(encodeEvent(action.chaincode, txId, action.event));
  message.setResponse(encodeResponse(action.status, action.payload));
  message.setChaincodeId(chaincodeIdOf(action.chaincode));
  const payload = new proposalResponse.ProposalResponsePayload();
  payload.setProposalHash(hash);
  payload.setExtension$(message.serializeBinary());
  return payload.serializeBinary();
};

const decodeEvent = (bytes: Uint8Array, fault: DecodeFault): ChaincodeAction['event'] => {
  if (bytes.length === 0) return undefined;
  const message = decodeExact(chaincodeEvent.ChaincodeEvent, bytes, 'ChaincodeEvent', fault);
  return { name: message.getEventName(), payload: message.getPayload_asU8() };
};

export const decodeResponsePayload = (bytes: Uint8Array, fault: DecodeFault): ResponsePayload => {
  const message = decodeExact(proposalResponse.ProposalResponsePayload, bytes, 'ProposalResponsePayload', fault);
  const action = decodeExact(proposal.ChaincodeAction, message.getExtension_asU8(), 'ChaincodeAction', fault);
  const response = required(action.getResponse(), 'ChaincodeAction.response', fault);
  return {
    proposalHash: message.getProposalHash_asU8(),
    action: {
      chaincode: required(action.getChaincodeId(), 'ChaincodeAction.chaincode_id', fault).getName(),
      status: response.getStatus(),
      payload: response.getPayload_asU8(),
      readWriteSet: action.getResults_asU8(),
      event: decodeEvent(action.getEvents_asU8(), fault),
    },
  };
};

/** What an endorser sends back: an endorsed payload, or a refusal without endorsement. */
export interface ProposalResponse {
  readonly status: number;
  readonly message: string;
  /** The chaincode's answer, also inside `payload`. */
  readonly result: Uint8Array;
  readonly payload: Uint8Array;
  readonly endorsement: Endorsement | undefined;
}

export const encodeProposalResponse = (response: ProposalResponse): Uint8Array => {
  const message = new proposalResponse.ProposalResponse();
  message.setVersion(1);
  message.setResponse(encodeResponse(response.status, response.result, response.message));
  message.setPayload(response.payload);
  if (response.endorsement !== undefined) message.setEndorsement(toEndorsement(response.endorsement));
  return message.serializeBinary();
};

export const decodeProposalResponse = (bytes: Uint8Array, fault: DecodeFault): ProposalResponse => {
  const message = decodeSigned(proposalResponse.ProposalResponse, bytes, 'ProposalResponse', fault);
  const response = required(message.getResponse(), 'ProposalResponse.response', fault);
  const endorsement = message.getEndorsement();
  return {
    status: response.getStatus(),
    message: response.getMessage(),
    result: response.getPayload_asU8(),
    payload: message.getPayload_asU8(),
    endorsement: endorsement && fromEndorsement(endorsement),
  };
};

export const toEndorsement = ({ endorser, signature }: Endorsement) => {
  const message = new proposalResponse.Endorsement();
  message.setEndorser(endorser);
  message.setSignature(signature);
  return message;
};

export const fromEndorsement = (message: InstanceType<typeof proposalResponse.Endorsement>): Endorsement => ({
  endorser: message.getEndorser_asU8(),
  signature: message.getSignature_asU8(),
});
