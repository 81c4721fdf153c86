import { strictMajority } from '../majority.ts';

/**
 * Cosignatures that a checkpoint needs where `others` governors besides the log's owner are active: a majority of them, and as many
 * as the genesis policy asks where there are as many. None where the policy asks for none: one operator has nobody to ask.
 * @param asked `witnesses` of the genesis policy
 */
export const cosignaturesDue = (asked: number, others: number): number =>
  asked === 0 ? 0 : Math.min(others, Math.max(asked, strictMajority(others)));
