/** An element of ASN.1's distinguished encoding: its tag and what it holds. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

export const DER_INTEGER = 0x02;
export const DER_SEQUENCE = 0x30;

const LONG_FORM = 0x80;
/** Lengths of up to four bytes: what is longer does not fit into a configuration either. */
const MAX_LENGTH_BYTES = 4;

interface Length {
  readonly length: number;
  readonly headerBytes: number;
}

const lengthAt = (bytes: Uint8Array, at: number): Length | undefined => {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < LONG_FORM) return { length: first, headerBytes: 2 };
  const count = first - LONG_FORM;
  if (count < 1 || count > MAX_LENGTH_BYTES || at + count >= bytes.length) return undefined;
  const length = bytes.subarray(at + 1, at + 1 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return { length, headerBytes: 2 + count };
};

/** The elements that fill these bytes, one after the other; undefined when they do not. */
export const derElements = (bytes: Uint8Array): readonly DerElement[] | undefined => {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const read = lengthAt(bytes, at + 1);
    if (read === undefined) return undefined;
    const start = at + read.headerBytes;
    const end = start + read.length;
    if (end > bytes.length) return undefined;
    elements.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, end) });
    at = end;
  }
  return elements;
};
