import { AnlianError, ChannelId, canonicalText, fromBase64Url, toBase64Url } from '@anlian/contracts';
import * as z from 'zod';
import { ChannelChange } from './change.ts';
import type { ChannelUpdate } from './update.ts';

/** More than any update takes; whoever hands a file over may have written anything. */
export const MAX_UPDATE_BYTES = 1 << 20;

const Bytes = z.string().transform((text, context) => {
  try {
    return fromBase64Url(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'unpadded base64url' });
    return z.NEVER;
  }
});

/** The file that goes from governor to governor: canonical JSON, bytes as unpadded base64url. */
const UpdateFile = z.strictObject({
  v: z.literal(1),
  kind: z.literal('anlian-channel-update'),
  channel: ChannelId,
  sequence: z.int().min(0),
  change: ChannelChange,
  update: Bytes,
  signatures: z.array(z.strictObject({ header: Bytes, signature: Bytes })).max(256),
});

/** An update as a file's text. */
export const writeUpdate = ({ channel, sequence, change, bytes, signatures }: ChannelUpdate): string =>
  canonicalText({
    v: 1,
    kind: 'anlian-channel-update',
    channel,
    sequence,
    change,
    update: toBase64Url(bytes),
    signatures: signatures.map(({ header, signature }) => ({
      header: toBase64Url(header),
      signature: toBase64Url(signature),
    })),
  });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AnlianError('invalid_input', { field: 'update', detail: 'not a channel update: no JSON', cause });
  }
};

/**
 * Reads a file. Nothing of it is believed before `checkUpdate` held it against the configuration.
 * @throws {AnlianError} `invalid_input` with every fault
 */
export const readUpdate = (text: string): ChannelUpdate => {
  const read = UpdateFile.safeParse(parse(text));
  if (!read.success)
    throw new AnlianError('invalid_input', {
      field: 'update',
      errors: read.error.issues.map(({ path, message }) => ({
        field: path.join('.'),
        code: 'invalid',
        detail: message,
      })),
    });
  const { channel, sequence, change, update, signatures } = read.data;
  return { channel, sequence, change, bytes: update, signatures };
};
