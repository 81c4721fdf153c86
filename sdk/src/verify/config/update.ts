import { readWire } from '@anlian/chaincode/wire';
import { concatBytes, decodeText, decodeTree } from '../../ledger/codec/index.ts';
import { common } from '../../ledger/codec/messages.ts';
import { openOrdered } from '../../ledger/codec/ordered.ts';
import { ensure } from '../form.ts';
import { CHECK, type Elements, elementsOf } from './elements.ts';
import type { SignedBytes } from './signers.ts';

/** A change of a channel's configuration, as members signed it. */
export interface ConfigurationUpdate {
  readonly channel: string;
  /** What it rests on: these elements at these versions. */
  readonly read: Elements;
  readonly write: Elements;
  readonly signatures: readonly SignedBytes[];
}

const FAULT = 'invalid_input';

/** A `common.ConfigSignature`, apart. */
export interface UpdateSignature {
  /** `common.SignatureHeader`: signed together with the update. */
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
}

/** Field numbers of Fabric's messages (fabric-protos, `common`). */
const UPDATE = { channel: 1, read: 2, write: 3 };
const UPDATE_ENVELOPE = { update: 1, signatures: 2 };
const SIGNATURE = { header: 1, signature: 2 };
const SIGNATURE_HEADER = { creator: 1 };

/** What a signature over an update says: who made it, and over which bytes. */
export const signedUpdate = (update: Uint8Array, { header, signature }: UpdateSignature): SignedBytes => ({
  identity: readWire(header, FAULT).last(SIGNATURE_HEADER.creator),
  message: concatBytes(header, update),
  signature,
});

/** Takes a `common.ConfigUpdate` and the signatures over it apart: what was signed, and by whom so it says. */
export const openUpdate = (bytes: Uint8Array, signatures: readonly UpdateSignature[]): ConfigurationUpdate => {
  const update = readWire(bytes, FAULT);
  return {
    channel: decodeText(update.last(UPDATE.channel), 'ConfigUpdate.channel_id', FAULT),
    read: elementsOf(decodeTree(update.all(UPDATE.read), FAULT)),
    write: elementsOf(decodeTree(update.all(UPDATE.write), FAULT)),
    signatures: signatures.map((one) => signedUpdate(bytes, one)),
  };
};

/** Takes the update of a configuration block apart: the orderer that made the block spelled it. */
export const readUpdate = (envelope: Uint8Array): ConfigurationUpdate => {
  const { type, data } = openOrdered(envelope, FAULT);
  ensure(type === common.HeaderType.CONFIG_UPDATE, CHECK, 'the block holds no update');
  const signed = readWire(data, FAULT);
  const signatures = signed.all(UPDATE_ENVELOPE.signatures).map((bytes) => {
    const one = readWire(bytes, FAULT);
    return { header: one.last(SIGNATURE.header), signature: one.last(SIGNATURE.signature) };
  });
  return openUpdate(signed.last(UPDATE_ENVELOPE.update), signatures);
};
