import type { Rule } from '../../runner/rule.ts';
import { requiredMember } from '../required.ts';
import { replaceInSlot, requireNewKeys } from './keys.ts';

/** A member registers a key for itself, signed by its present actor key; the key it replaces ends in the same transaction. */
export const registerKey: Rule<'member:register_key'> = async (read, { args: { key } }, { actor, txTime }) => {
  const { kind } = await requiredMember(read, actor.org);
  await requireNewKeys(read, { kind, keys: [key] }, '/args/key');
  return { ...(await replaceInSlot(read, actor.org, key, txTime)), result: { kid: key.kid } };
};
