import { verifyEs256 } from '@anlian/chaincode/crypto';
import {
  DECISION_TYPE,
  DecisionRecord,
  type EvidenceBundle,
  type EvidenceKind,
  fromBase64Url,
  instantMs,
  type KeyUse,
  PACK_TYPE,
  PackHeader,
} from '@anlian/contracts';
import * as z from 'zod';
import { ensure, isCanonical, requireForm } from '../form.ts';
import { parseJson } from '../json.ts';
import { keysOf, type TrustedChannel, type TrustedKeyEntry } from './trust.ts';

const LIMITS = { maxBytes: 256 << 10, maxDepth: 16, maxParts: 20_000 };
const encoder = new TextEncoder();

/** A record that was signed before it became a leaf: by whom, and for what time. */
export interface SignedRecord {
  readonly use: KeyUse;
  readonly kid: string;
  readonly input: string;
  readonly signature: Uint8Array;
  readonly member: string;
  readonly atMs: number;
}

export interface OpenedRecord {
  /** Present for what a gate decided. */
  readonly decision: DecisionRecord | null;
  /** Null for the node's own records: what vouches for these is the member's log itself. */
  readonly signed: SignedRecord | null;
}

const Header = z.strictObject({ alg: z.literal('ES256'), kid: z.string(), typ: z.string() });

interface SplitJws<C> {
  readonly kid: string;
  readonly claims: C;
  readonly input: string;
  readonly signature: Uint8Array;
}

/** JSON with no space in it and no name twice: two readers cannot take such a text for two things. */
const readPart = <T extends z.ZodType>(part: string, schema: T): z.output<T> => {
  const bytes = fromBase64Url(part);
  const value = parseJson(bytes, LIMITS, 'record_form');
  ensure(JSON.stringify(value) === new TextDecoder().decode(bytes), 'record_form', 'the record has several readings');
  return requireForm(schema, value, 'record_form');
};

/** A compact JWS (RFC 7515) of one type. It protects its bytes as they are, so they need no canonical form. */
const splitJws = <T extends z.ZodType>(jws: string, type: string, schema: T): SplitJws<z.output<T>> => {
  const [header = '', payload = '', signature = '', ...surplus] = jws.split('.');
  ensure(surplus.length === 0, 'record_form', 'the record is not a compact JWS');
  const { kid, typ } = readPart(header, Header);
  ensure(typ === type, 'record_form', `the record is not of type ${type}`);
  const claims = readPart(payload, schema);
  return { kid, claims, input: `${header}.${payload}`, signature: fromBase64Url(signature) };
};

type OpenRecord = (record: string) => OpenedRecord;

const openDecision: OpenRecord = (record) => {
  const { claims: decision, ...jws } = splitJws(record, DECISION_TYPE, DecisionRecord);
  const { member, at } = decision;
  return { decision, signed: { use: 'gate', ...jws, member, atMs: instantMs(at) } };
};

const openPack: OpenRecord = (record) => {
  const { claims, ...jws } = splitJws(record, PACK_TYPE, PackHeader);
  return { decision: null, signed: { use: 'pack', ...jws, member: claims.member, atMs: instantMs(claims.madeAt) } };
};

/** A record of the node's own: an object that says its version, in canonical JSON. */
const openOwn: OpenRecord = (record) => {
  const check = 'record_form';
  const value = parseJson(encoder.encode(record), LIMITS, check);
  requireForm(z.looseObject({ v: z.literal(1) }), value, check);
  ensure(isCanonical(value, record), check, 'the record is not in canonical form');
  return { decision: null, signed: null };
};

const OPEN: Readonly<Record<EvidenceKind, OpenRecord>> = {
  'gate-decision': openDecision,
  'pack-made': openPack,
  'pass-issued': openOwn,
  'enrolment-received': openOwn,
  'site-suspension': openOwn,
  'gate-registered': openOwn,
  'policy-changed': openOwn,
  'record-changed': openOwn,
  'endorsement-alarm': openOwn,
  'split-view-found': openOwn,
};

/**
 * Takes the record apart as its kind asks.
 * @throws VerificationError `record_form`
 */
export const openRecord = ({ leaf, record }: EvidenceBundle): OpenedRecord => OPEN[leaf.kind](record);

/** A gate's key signs for its gate only. */
const isFor = ({ key }: TrustedKeyEntry, { decision }: OpenedRecord): boolean =>
  decision === null || key.gate === decision.gate;

/**
 * The record was signed by a key that its member holds for this purpose, and for this gate.
 * @throws VerificationError `record_signature`
 */
export const requireRecordSignature = async (
  record: OpenedRecord,
  signed: SignedRecord,
  channel: TrustedChannel,
): Promise<TrustedKeyEntry> => {
  const check = 'record_signature';
  const entry = keysOf(channel, signed.member, signed.use).find(({ key }) => key.kid === signed.kid);
  ensure(entry !== undefined, check, `the trust file lists no such ${signed.use} key; it may be older than the key`);
  ensure(isFor(entry, record), check, 'the key is another gate’s');
  const holds = await verifyEs256(entry.key.jwk, encoder.encode(signed.input), signed.signature);
  ensure(holds, check, 'the signature does not hold');
  return entry;
};

/**
 * The leaf names the place that the record itself claims, and the record is of the member whose log it is.
 * @throws VerificationError `leaf_form`
 */
export const requireLeaf = ({ leaf, member }: EvidenceBundle, { decision, signed }: OpenedRecord): void => {
  const check = 'leaf_form';
  ensure(signed === null || signed.member === member, check, 'the record is another member’s');
  const hasPlace = leaf.gate === decision?.gate && leaf.seq === decision?.seq;
  ensure(hasPlace, check, 'the leaf and the record name different places in a gate’s sequence');
};
