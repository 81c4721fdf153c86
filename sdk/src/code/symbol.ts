import { AnlianError } from '@anlian/contracts';
import QRCode, { type QRCodeSegment } from 'qrcode';

/** Highest QR version of each kind that a gate's camera reads, at error correction M. */
export const MAX_QR_VERSION = { company: 13, pass: 15 } as const;

/** A QR code as its modules: `dark[row * size + column]` is 1 for a dark one. */
export interface CodeSymbol {
  readonly version: number;
  readonly size: number;
  readonly dark: Uint8Array;
}

const LINK = /^([0-9A-Z$%*+\-./: ]+)#(\d+)$/;

/** Alphanumeric for the link, a byte for `#` (which alphanumeric mode lacks), numeric for the digits: the densest form. */
const segments = (text: string): QRCodeSegment[] => {
  const [, link, digits] = LINK.exec(text) ?? [];
  if (link === undefined || digits === undefined)
    throw new AnlianError('code_invalid', { detail: 'not the QR text of a code' });
  return [
    { data: link, mode: 'alphanumeric' },
    { data: new TextEncoder().encode('#'), mode: 'byte' },
    { data: digits, mode: 'numeric' },
  ];
};

/**
 * The QR code of a code's text, error correction M.
 * @throws {AnlianError} `code_invalid` when the text is no code's, or needs a version above `maxVersion`.
 */
export const codeSymbol = (text: string, maxVersion: number = MAX_QR_VERSION.pass): CodeSymbol => {
  const { version, modules } = QRCode.create(segments(text), { errorCorrectionLevel: 'M' });
  if (version > maxVersion)
    throw new AnlianError('code_invalid', { detail: `QR version ${version}-M is above ${maxVersion}-M` });
  return { version, size: modules.size, dark: modules.data };
};
