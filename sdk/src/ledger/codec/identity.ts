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
