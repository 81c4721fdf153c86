import { readWire } from '@anlian/chaincode/wire';
import { utf8 } from './bytes.ts';
import { type DecodeFault, decodeExact, decodeText, identities } from './messages.ts';

/** Who signed: `msp.SerializedIdentity`. */
export interface SerializedIdentity {
  readonly mspId: string;
  readonly certPem: string;
}

export const encodeIdentity = ({ mspId, certPem }: SerializedIdentity): Uint8Array => {
  const message = new identities.SerializedIdentity();
  message.setMspid(mspId);
  message.setIdBytes(utf8(certPem));
  return message.serializeBinary();
};

export const decodeIdentity = (bytes: Uint8Array, fault: DecodeFault): SerializedIdentity => {
  const message = decodeExact(identities.SerializedIdentity, bytes, 'SerializedIdentity', fault);
  return {
    mspId: message.getMspid(),
    certPem: decodeText(message.getIdBytes_asU8(), 'SerializedIdentity.id_bytes', fault),
  };
};

/** Field numbers of `msp.SerializedIdentity` (fabric-protos, `msp/identities.proto`). */
const IDENTITY = { mspId: 1, cert: 2 };

/** Reads an identity as a peer does, where peers count it whatever the spelling of who wrote it. */
export const readIdentity = (bytes: Uint8Array, fault: DecodeFault): SerializedIdentity => {
  const identity = readWire(bytes, fault);
  return {
    mspId: decodeText(identity.last(IDENTITY.mspId), 'SerializedIdentity.mspid', fault),
    certPem: new TextDecoder().decode(identity.last(IDENTITY.cert)),
  };
};
