import {
  encodeChannelHeader,
  encodeEnvelope,
  encodeIdentity,
  encodeSignatureHeader,
  type LedgerIdentity,
  messages,
  NONCE_BYTES,
  type Random,
} from '../ledger/index.ts';

/** Who acts, with what clock and randomness. */
export interface Acting {
  readonly identity: LedgerIdentity;
  readonly clock: () => number;
  readonly random: Random;
}

/** `common.Envelope` that is no endorsed transaction, signed by whoever hands it in. */
export const signedEnvelope = async (
  { type, channel, data }: { readonly type: number; readonly channel: string; readonly data: Uint8Array },
  { identity, clock, random }: Acting,
): Promise<Uint8Array> => {
  const header = new messages.common.Header();
  header.setChannelHeader(encodeChannelHeader({ type, channel, txId: '', timeMs: clock() }));
  header.setSignatureHeader(encodeSignatureHeader(encodeIdentity(identity), random(NONCE_BYTES)));
  const payload = new messages.common.Payload();
  payload.setHeader(header);
  payload.setData(data);
  const bytes = payload.serializeBinary();
  return encodeEnvelope(bytes, await identity.sign(bytes));
};
