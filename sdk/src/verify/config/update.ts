import { concatBytes, splitEnvelope } from '../../ledger/codec/index.ts';
import { common, configtx, decodeSigned, required } from '../../ledger/codec/messages.ts';
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

/** Takes the update of a configuration block apart: what was signed, and by whom so it says. */
export const readUpdate = (envelope: Uint8Array): ConfigurationUpdate => {
  const { payload } = splitEnvelope(envelope, FAULT);
  const message = decodeSigned(common.Payload, payload, 'Payload', FAULT);
  const header = required(message.getHeader(), 'Header', FAULT).getChannelHeader_asU8();
  const type = decodeSigned(common.ChannelHeader, header, 'ChannelHeader', FAULT).getType();
  ensure(type === common.HeaderType.CONFIG_UPDATE, CHECK, 'the block holds no update');
  const signed = decodeSigned(configtx.ConfigUpdateEnvelope, message.getData_asU8(), 'ConfigUpdateEnvelope', FAULT);
  const bytes = signed.getConfigUpdate_asU8();
  const update = decodeSigned(configtx.ConfigUpdate, bytes, 'ConfigUpdate', FAULT);
  return {
    channel: update.getChannelId(),
    read: elementsOf(update.getReadSet()),
    write: elementsOf(update.getWriteSet()),
    signatures: signed.getSignaturesList().map((one) => {
      const signatureHeader = one.getSignatureHeader_asU8();
      const by = decodeSigned(common.SignatureHeader, signatureHeader, 'SignatureHeader', FAULT);
      return {
        identity: by.getCreator_asU8(),
        message: concatBytes(signatureHeader, bytes),
        signature: one.getSignature_asU8(),
      };
    }),
  };
};
