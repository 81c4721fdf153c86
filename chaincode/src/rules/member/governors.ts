import { type MemberRecord, stateRange } from '@anlian/contracts';
import type { StateReader } from '../../runner/rule.ts';

/** Ids of the active governors, in order. */
export const activeGovernors = async (read: StateReader): Promise<readonly string[]> => {
  const members = await read.range<MemberRecord>(...stateRange('member'));
  return members
    .filter(({ value }) => value.kind === 'governor' && value.state === 'active')
    .map(({ value }) => value.member);
};
