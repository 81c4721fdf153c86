import { AnlianError, instantMs, type KeyRecord, stateKey } from '@anlian/contracts';
import { type Action, PROPOSED } from '../proposal/action.ts';
import { requiredMember } from '../required.ts';
import { keyWrites, requireNewKeys, retire } from './keys.ts';

/** A retired key can still be flagged as compromised, once. */
const isDone = (record: KeyRecord, compromisedSince: string | undefined): boolean =>
  record.retiredAt !== null && (compromisedSince === undefined || record.compromisedSince !== null);

/** Governors end a key that its member lost or that another holds, and may put the member's next key in its place. */
export const revokeKey: Action<'member.revoke_key'> = async (read, proposed, { txTime }) => {
  const { member, kid, compromisedSince, replacement } = proposed;
  const { kind } = await requiredMember(read, member, `${PROPOSED}/member`);
  const record = await read.get<KeyRecord>(stateKey.key(kid));
  if (record?.member !== member) throw new AnlianError('actor_key_unknown', { field: `${PROPOSED}/kid` });
  if (isDone(record, compromisedSince)) throw new AnlianError('invalid_transition', { field: `${PROPOSED}/kid` });
  if (compromisedSince !== undefined && instantMs(compromisedSince) > instantMs(txTime))
    throw new AnlianError('in_the_future', { field: `${PROPOSED}/compromisedSince` });

  const retired = retire(record, txTime, compromisedSince ?? null);
  if (replacement === undefined) return retired;
  if (replacement.use !== record.key.use || replacement.gate !== record.key.gate || record.retiredAt !== null)
    throw new AnlianError('invalid_input', {
      field: `${PROPOSED}/replacement`,
      detail: 'it takes the place of a live key of the same use',
    });
  await requireNewKeys(read, { kind, keys: [replacement] }, `${PROPOSED}/replacement`);
  return {
    writes: [...retired.writes, ...keyWrites(member, replacement, txTime)],
    events: [...retired.events, { name: 'member.key_registered', data: { member, key: replacement } }],
  };
};
