import { fromDigits, MAX_DIGITS, MAX_HOST_CHARACTERS, toDigits, VerificationError } from '@anlian/contracts';

/** RFC 1123 host name, optional port; what QR alphanumeric mode can hold once upper-cased. */
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9]\d{0,4})?$/;
const LINK = /^https:\/\/([^/]*)\/c#(\d+)$/;
/** `HTTPS://`, the host, `/C#`, and some white space that scanners append. */
const MAX_TEXT = MAX_DIGITS + MAX_HOST_CHARACTERS + 64;

const isHost = (host: string): boolean => host.length <= MAX_HOST_CHARACTERS && HOST.test(host);

/** QR text of a code: `HTTPS://<HOST>/C#<digits>`. `host` includes the port; `RangeError` when it is not one or exceeds 32 characters. */
export const codeText = (host: string, bytes: Uint8Array): string => {
  if (!isHost(host.toLowerCase())) throw new RangeError(`not a host of at most ${MAX_HOST_CHARACTERS} characters`);
  return `HTTPS://${host.toUpperCase()}/C#${toDigits(bytes)}`;
};

export interface ParsedCodeText {
  readonly bytes: Uint8Array;
  /** Lower case; null for bare digits. It is where a phone finds an explanation, and proves nothing. */
  readonly host: string | null;
}

/**
 * Inverse of {@link codeText}. Takes what scanners make of it: lower case, white space around it, the digits alone.
 * Throws `VerificationError('code_form')`, at once for anything too long.
 */
export const parseCodeText = (text: string): ParsedCodeText => {
  if (text.length > MAX_TEXT) throw new VerificationError('code_form', 'longer than any QR code');
  const [, host = null, digits = null] = LINK.exec(text.trim().toLowerCase()) ?? [null, null, text.trim()];
  if (host !== null && !isHost(host)) throw new VerificationError('code_form', 'the link names no host');
  if (!digits) throw new VerificationError('code_form', 'no digits');
  try {
    return { bytes: fromDigits(digits), host };
  } catch {
    throw new VerificationError('code_form', 'the digits are not those of a code');
  }
};
