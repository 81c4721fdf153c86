import {
  type CredentialRecord,
  type EvaluationRecord,
  type Score,
  stateRange,
  type ViolationRecord,
} from '@anlian/contracts';
import type { StateReader } from '../../runner/rule.ts';
import type { NamedPolicy } from '../credit/policyInForce.ts';
import { scoreOf } from './scoreOf.ts';

/** A company's score from the ledger's facts. */
export const readScore = async (
  read: StateReader,
  company: string,
  policy: NamedPolicy,
  atMs: number,
): Promise<Score> => {
  const all = async <T>(prefix: string): Promise<readonly T[]> =>
    (await read.range<T>(...stateRange(`${prefix}/${company}`))).map(({ value }) => value);
  const violations = await all<ViolationRecord>('violation');
  const credentials = await all<CredentialRecord>('credential');
  const evaluations = await all<EvaluationRecord>('evaluation');
  return scoreOf({ company, violations, credentials, evaluations, ...policy }, atMs);
};
