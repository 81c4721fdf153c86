import 'reflect-metadata';
import { toHex } from '@anlian/contracts';
import { type X509Certificate, X509Crl } from '@peculiar/x509';
import { fromUtf8 } from './bytes.ts';
import { DER_INTEGER, DER_SEQUENCE, type DerElement, derElements } from './derReader.ts';

/** A certificate revocation list (RFC 5280, section 5). */
export interface RevocationList {
  readonly der: Uint8Array;
  readonly issuer: string;
  /** Of the certificates on it. */
  readonly serials: ReadonlySet<bigint>;
  names(certificate: X509Certificate): boolean;
  /** Whether the authority signed it. A signature of a kind that cannot be checked is taken to hold. */
  isSignedBy(authority: X509Certificate): Promise<boolean>;
}

const inside = (element: DerElement | undefined): readonly DerElement[] | undefined =>
  element?.tag === DER_SEQUENCE ? derElements(element.content) : undefined;

/** Position of the algorithm, behind a version that may be left out; the issuer and the time of issue follow. */
const ALGORITHM_AND_TIMES = 3;

/**
 * Serial numbers on a list, read here: the library that reads the rest finds none in a list that does not say when the next is due.
 * Undefined when the bytes are no list.
 */
const serialNumbers = (der: Uint8Array): ReadonlySet<bigint> | undefined => {
  const [list, ...surplus] = derElements(der) ?? [];
  const signed = surplus.length === 0 ? inside(inside(list)?.[0]) : undefined;
  if (signed === undefined) return undefined;
  const unversioned = signed[0]?.tag === DER_INTEGER ? signed.slice(1) : signed;
  // The time of the next list and the extensions are no sequences.
  const revoked = unversioned.slice(ALGORITHM_AND_TIMES).find(({ tag }) => tag === DER_SEQUENCE);
  const entries = revoked === undefined ? [] : inside(revoked);
  const serials = entries?.map((entry) => inside(entry)?.[0]);
  if (!serials?.every((serial) => serial?.tag === DER_INTEGER && serial.content.length > 0)) return undefined;
  return new Set(serials.map((serial) => BigInt(`0x${toHex(serial?.content ?? new Uint8Array())}`)));
};

const PEM_START = '-----BEGIN';

const isPem = (bytes: Uint8Array): boolean => {
  try {
    return fromUtf8(bytes.subarray(0, PEM_START.length)) === PEM_START;
  } catch {
    return false;
  }
};

const parse = (bytes: Uint8Array): X509Crl | undefined => {
  try {
    return new X509Crl(isPem(bytes) ? fromUtf8(bytes) : Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
};

/** Reads a list, as DER or PEM; undefined when it is none. */
export const readRevocationList = (bytes: Uint8Array): RevocationList | undefined => {
  const list = parse(bytes);
  if (list === undefined) return undefined;
  const der = new Uint8Array(list.rawData);
  const serials = serialNumbers(der);
  if (serials === undefined) return undefined;
  return {
    der,
    issuer: list.issuer,
    serials,
    names: ({ serialNumber }) => serials.has(BigInt(`0x${serialNumber}`)),
    isSignedBy: ({ publicKey }) => list.verify({ publicKey }).catch(() => true),
  };
};
