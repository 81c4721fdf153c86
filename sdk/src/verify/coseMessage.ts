import { VerificationError } from '@anlian/contracts';
import { encode, Tagged } from 'cborg';
import { type CborLimits, decodeCbor } from './coseCbor.ts';

/** Header parameters by label (RFC 9052 section 3). */
export type CoseHeaders = ReadonlyMap<unknown, unknown>;

/** A COSE_Sign1 taken apart (RFC 9052 section 4.2). Nothing in it is verified yet. */
export interface CoseSign1 {
  readonly protectedBytes: Uint8Array;
  readonly protectedHeaders: CoseHeaders;
  readonly unprotectedHeaders: CoseHeaders;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Labels of the common header parameters, RFC 9052 section 3.1. */
export const HEADER = { alg: 1, crit: 2, contentType: 3, kid: 4 } as const;

const COSE_SIGN1_TAG = 18;
const CWT_TAG = 61;

/** What `crit` may name: the parameters this verifier acts on, or that change nothing about the signature. */
const UNDERSTOOD: readonly unknown[] = [HEADER.alg, HEADER.crit, HEADER.contentType, HEADER.kid];

const refuse = (detail: string): never => {
  throw new VerificationError('cose_form', detail);
};

const isTagged = (item: unknown, tag: number): item is Tagged => item instanceof Tagged && item.tag === tag;

/** RFC 8392 section 6: the CWT tag stands only before a tagged COSE message; RFC 9052 section 2: COSE_Sign1 may be untagged. */
const untag = (item: unknown): unknown => {
  const isCwt = isTagged(item, CWT_TAG);
  const message: unknown = isCwt ? item.value : item;
  if (isTagged(message, COSE_SIGN1_TAG)) return message.value;
  if (isCwt || message instanceof Tagged) return refuse('the CBOR tag is not that of COSE_Sign1');
  return message;
};

const readProtected = (bytes: Uint8Array, limits: CborLimits): CoseHeaders => {
  if (bytes.length === 0) return new Map();
  const headers = decodeCbor(bytes, limits, 'cose_form');
  return headers instanceof Map ? headers : refuse('the protected headers are not a map');
};

const readCritical = (headers: CoseHeaders): readonly unknown[] => {
  if (!headers.has(HEADER.crit)) return [];
  const critical = headers.get(HEADER.crit);
  return Array.isArray(critical) && critical.length > 0 ? critical : refuse('crit is not a list of labels');
};

/** RFC 9052 section 3.1: a receiver that does not understand a critical parameter must refuse the message. */
const requireUnderstood = ({ protectedHeaders, unprotectedHeaders }: CoseSign1): void => {
  if (unprotectedHeaders.has(HEADER.crit)) refuse('crit is not protected');
  for (const label of readCritical(protectedHeaders)) {
    if (!UNDERSTOOD.includes(label)) refuse('a critical header parameter is not understood');
    if (!protectedHeaders.has(label)) refuse('a critical header parameter is missing');
  }
};

/**
 * Takes a COSE_Sign1 apart: tagged 18 or untagged, with an outer CWT tag 61 or without, payload attached.
 * @throws VerificationError `cose_form`
 */
export const parseCoseSign1 = (bytes: Uint8Array, limits: CborLimits): CoseSign1 => {
  const parts = untag(decodeCbor(bytes, limits, 'cose_form'));
  if (!Array.isArray(parts) || parts.length !== 4) return refuse('a COSE_Sign1 is an array of four');
  const [protectedBytes, unprotectedHeaders, payload, signature]: unknown[] = parts;
  if (!(protectedBytes instanceof Uint8Array)) return refuse('the protected headers are not bytes');
  if (!(unprotectedHeaders instanceof Map)) return refuse('the unprotected headers are not a map');
  if (!(payload instanceof Uint8Array)) return refuse('the payload is not attached bytes');
  if (!(signature instanceof Uint8Array)) return refuse('the signature is not bytes');
  const protectedHeaders = readProtected(protectedBytes, limits);
  const message = { protectedBytes, protectedHeaders, unprotectedHeaders, payload, signature };
  requireUnderstood(message);
  return message;
};

/** The bytes under the signature: `Sig_structure` of RFC 9052 section 4.4, where an empty map counts as no bytes. */
export const toBeSigned = ({ protectedBytes, protectedHeaders, payload }: CoseSign1): Uint8Array =>
  encode(['Signature1', protectedHeaders.size === 0 ? new Uint8Array() : protectedBytes, new Uint8Array(), payload]);
