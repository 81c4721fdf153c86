import { importP256Jwk, sha256 } from '@anlian/chaincode/crypto';
import {
  AnlianError,
  canonicalBytes,
  type KeyDescriptor,
  type KeyRecord,
  type KeyReference,
  type MemberDescriptor,
  stateKey,
  toBase64Url,
} from '@anlian/contracts';
import type { Effects, StateReader, Write } from '../../runner/rule.ts';

/** A member has one live key in each slot: one per use, and for gates one per gate. */
const slotOf = (key: KeyDescriptor): string => key.gate ?? key.use;

/** RFC 7638 thumbprint: SHA-256 of the required members in canonical form, which for these two kinds of key is all of them. */
const thumbprint = async (key: KeyDescriptor): Promise<string> => toBase64Url(await sha256(canonicalBytes(key.jwk)));

const isPublicKey = async (key: KeyDescriptor): Promise<boolean> => {
  if (key.jwk.kty === 'OKP') return true;
  try {
    await importP256Jwk(key.jwk);
    return true;
  } catch {
    return false;
  }
};

/**
 * Refuses a key that is not what its descriptor says: the id must be its thumbprint, or one member could take the id of another's
 * key; the point must lie on the curve; only governors issue codes.
 * @throws AnlianError `invalid_input`, `not_a_governor`
 */
export const requireKeyForm = async (
  key: KeyDescriptor,
  kind: MemberDescriptor['kind'],
  field: string,
): Promise<void> => {
  if ((await thumbprint(key)) !== key.kid)
    throw new AnlianError('invalid_input', {
      field: `${field}/kid`,
      detail: 'kid is not the RFC 7638 thumbprint of the key',
    });
  if (!(await isPublicKey(key)))
    throw new AnlianError('invalid_input', { field: `${field}/jwk`, detail: 'the point is not on the curve' });
  if (key.use === 'code' && kind !== 'governor') throw new AnlianError('not_a_governor', { field });
};

/** Refuses keys that the ledger holds, or that claim one slot twice. */
export const requireNewKeys = async (
  read: StateReader,
  { kind, keys }: Pick<MemberDescriptor, 'kind' | 'keys'>,
  field: string,
): Promise<void> => {
  const slots = new Set<string>();
  const kids = new Set<string>();
  for (const [at, key] of keys.entries()) {
    await requireKeyForm(key, kind, `${field}/${at}`);
    if (kids.has(key.kid) || (await read.get(stateKey.key(key.kid))) !== undefined)
      throw new AnlianError('key_exists', { field: `${field}/${at}` });
    if (slots.has(slotOf(key)))
      throw new AnlianError('invalid_input', {
        field: `${field}/${at}`,
        detail: 'one live key for each use, and for each gate',
      });
    kids.add(key.kid);
    slots.add(slotOf(key));
  }
};

/** Writes a key into its member's slot. */
export const keyWrites = (member: string, key: KeyDescriptor, txTime: string): readonly Write[] => {
  const record: KeyRecord = { version: 1, member, key, from: txTime, retiredAt: null, compromisedSince: null };
  const slot: KeyReference = { kid: key.kid };
  return [
    [stateKey.key(key.kid), record],
    [stateKey.keySlot(member, slotOf(key)), slot],
  ];
};

/** The last key of a member's slot (a use, or a gate's id), live or retired. */
export const keyInSlot = async (read: StateReader, member: string, slot: string): Promise<KeyRecord | undefined> => {
  const reference = await read.get<KeyReference>(stateKey.keySlot(member, slot));
  return reference && read.get<KeyRecord>(stateKey.key(reference.kid));
};

/** Ends a key at `txTime`, unless it has ended; `compromisedSince` flags what it signed from then on. */
export const retire = (record: KeyRecord, txTime: string, compromisedSince: string | null): Effects => {
  const { kid } = record.key;
  const retired: KeyRecord = {
    ...record,
    version: record.version + 1,
    retiredAt: record.retiredAt ?? txTime,
    compromisedSince,
  };
  return {
    writes: [[stateKey.key(kid), retired]],
    events: [{ name: 'member.key_retired', data: { member: record.member, kid, compromisedSince } }],
  };
};

/** Puts a key into its slot and retires the one that was there. */
export const replaceInSlot = async (
  read: StateReader,
  member: string,
  key: KeyDescriptor,
  txTime: string,
): Promise<Effects> => {
  const previous = await keyInSlot(read, member, slotOf(key));
  const retired = previous?.retiredAt === null ? retire(previous, txTime, null) : { writes: [], events: [] };
  return {
    writes: [...retired.writes, ...keyWrites(member, key, txTime)],
    events: [...retired.events, { name: 'member.key_registered', data: { member, key } }],
  };
};
