import { AnlianError, type MemberRecord, stateKey } from '@anlian/contracts';
import { type Action, PROPOSED } from '../proposal/action.ts';
import { requiredMember } from '../required.ts';
import { activeGovernors } from './governors.ts';

/**
 * Governors expel a member. Its keys stay on the ledger, since facts within its interval stay verifiable; until `windDownUntil` it
 * may still let workers out and answer for its record. The last governor stays, or nobody could ever decide again.
 */
export const expel: Action<'member.expel'> = async (read, { member, windDownUntil }, { txTime }) => {
  const record = await requiredMember(read, member, `${PROPOSED}/member`);
  const governors = await activeGovernors(read);
  if (governors.length === 1 && governors[0] === member)
    throw new AnlianError('invalid_transition', { field: `${PROPOSED}/member`, detail: 'the last governor stays' });
  const expelled: MemberRecord = {
    ...record,
    version: record.version + 1,
    state: 'expelled',
    expelledAt: txTime,
    windDownUntil,
  };
  return {
    writes: [[stateKey.member(member), expelled]],
    events: [{ name: 'member.expelled', data: { member, windDownUntil } }],
  };
};
