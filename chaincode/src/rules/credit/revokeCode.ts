import { AnlianError, type CodeRecord, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';

/** The issuer of a code revokes it. */
export const revokeCode: Rule<'credit:revoke_code'> = async (read, { args }, { actor, txTime }) => {
  const key = stateKey.code(args.company, args.code);
  const record = await read.get<CodeRecord>(key);
  if (record === undefined)
    throw new AnlianError('code_invalid', { field: '/args/code', detail: 'no such code was issued' });
  if (record.issuer !== actor.org) throw new AnlianError('not_the_owner', { field: '/args/code' });
  if (record.revokedAt !== null)
    throw new AnlianError('invalid_transition', { field: '/args/code', detail: 'the code is revoked' });
  const revoked: CodeRecord = { ...record, version: record.version + 1, revokedAt: txTime };
  return {
    writes: [[key, revoked]],
    events: [{ name: 'credit.code_revoked', data: args }],
    result: { code: args.code },
  };
};
