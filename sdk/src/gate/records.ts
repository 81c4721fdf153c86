import { hash } from 'node:crypto';
import { AnlianError, DECISION_TYPE, DecisionRecord, type Digest, formatId } from '@anlian/contracts';
import { attachSignature } from './jws.ts';
import type { LocalKey } from './keys.ts';
import type { Place } from './store/journal.ts';

/** Which gate signs, and where it stands. */
export interface GateIdentity {
  readonly gate: string;
  readonly member: string;
  readonly site: string;
}

export interface SignedRecord {
  readonly jws: string;
  /** SHA-256 of the JWS: what the next record names as its `previous`. */
  readonly digest: Digest;
}

type RecordOf<K extends DecisionRecord['kind']> = Extract<DecisionRecord, { kind: K }>;
type Head = 'v' | 'decision' | keyof GateIdentity | 'seq' | 'previous' | 'at';
/** A record without what every record begins with. */
export type RecordBody = { [K in DecisionRecord['kind']]: Omit<RecordOf<K>, Head> }[DecisionRecord['kind']];

const base64Url = (text: string): string => Buffer.from(text).toString('base64url');

/** Signs at once, since it stands inside the transaction that stores the record. */
export type SignRecord = (place: Place, at: string, body: RecordBody) => SignedRecord;

/**
 * Signs in one turn. A JWS protects its payload's bytes as they are, so they need no canonical form, and plain JSON costs a
 * fraction of it.
 */
export const recordSigner = (
  identity: GateIdentity,
  key: LocalKey,
  random: (bytes: number) => Uint8Array,
): SignRecord => {
  const header = base64Url(JSON.stringify({ alg: 'ES256', kid: key.kid, typ: DECISION_TYPE }));
  return ({ seq, previous }, at, body) => {
    const record = { v: 1, decision: formatId('dec', random(16)), ...identity, seq, previous, at, ...body };
    const input = `${header}.${base64Url(JSON.stringify(record))}`;
    const jws = attachSignature(input, key.signNow(Buffer.from(input, 'latin1')));
    return { jws, digest: hash('sha256', jws, 'base64url') };
  };
};

/**
 * What people typed becomes evidence, so it is checked as a record's reader will check it.
 * @throws {AnlianError} `invalid_input`, naming every field at fault
 */
export const checkBody = (identity: GateIdentity, body: RecordBody): void => {
  const sample = { v: 1, decision: `dec_${'0'.repeat(32)}`, ...identity, seq: 1, previous: null, at: EPOCH, ...body };
  const parsed = DecisionRecord.safeParse(sample);
  if (parsed.success) return;
  const errors = parsed.error.issues.map(({ path, code, message }) => ({
    field: path.join('/'),
    code,
    detail: message,
  }));
  throw new AnlianError('invalid_input', { errors, detail: errors.map(({ field }) => field).join(', ') });
};
const EPOCH = '1970-01-01T00:00:00.000Z';
