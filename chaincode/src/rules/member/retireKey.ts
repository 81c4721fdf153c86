import { AnlianError, type KeyRecord, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { retire } from './keys.ts';

/** A member ends a key of its own without a successor. Its actor key stays: without one it could never act again. */
export const retireKey: Rule<'member:retire_key'> = async (read, { args: { kid } }, { actor, txTime }) => {
  const record = await read.get<KeyRecord>(stateKey.key(kid));
  if (record?.member !== actor.org) throw new AnlianError('not_the_owner', { field: '/args/kid' });
  if (record.retiredAt !== null)
    throw new AnlianError('invalid_transition', { field: '/args/kid', detail: 'the key is retired' });
  if (record.key.use === 'actor')
    throw new AnlianError('invalid_transition', { field: '/args/kid', detail: 'register the next actor key instead' });
  return { ...retire(record, txTime, null), result: { kid } };
};
