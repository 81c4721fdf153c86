import { fromBase64Url, toBase64Url } from '@anlian/contracts';

/** RFC 4648 section 4, padded: the form of C2SP notes. */
export const toBase64 = (bytes: Uint8Array): string => {
  const unpadded = toBase64Url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return unpadded.padEnd(Math.ceil(unpadded.length / 4) * 4, '=');
};

const PADDED = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/;

/** The bytes of the one canonical base64 text of them; undefined for any other text, spare bits included. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  if (!PADDED.test(text)) return undefined;
  try {
    return fromBase64Url(text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'));
  } catch {
    return undefined;
  }
};
