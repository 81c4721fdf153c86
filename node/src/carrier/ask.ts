import { AnlianError, QUERY_ARGS } from '@anlian/contracts';
import { invalidInput } from '../http/problem.ts';
import type { Household } from './concerns.ts';

type Owns = (household: Household, owner: string) => boolean;

const ownCompany: Owns = ({ companies }, owner) => companies.has(owner);
const ownMember: Owns = ({ members }, owner) => members.has(owner);

/** Keys that a household may read, by their first part: whose name the second part must be. Whatever is not here is nobody's to read. */
const READABLE: ReadonlyMap<string, Owns> = new Map<string, Owns>([
  ['credential', ownCompany],
  ['violation', ownCompany],
  ['evaluation', ownCompany],
  ['code', ownCompany],
  ['blocklisting', ownCompany],
  ['company', ownCompany],
  ['member', ownMember],
  ['anchor', ownMember],
  ['policy', () => true],
]);

const mayRead = (household: Household, key: string): boolean => {
  const [kind = '', owner = ''] = key.split('/');
  return READABLE.get(kind)?.(household, owner) ?? false;
};

/**
 * Checks a question of a household to the ledger and gives back its arguments. Another's fact answers as one that does not exist.
 * @throws {AnlianError} `invalid_input`, `not_found`
 */
export const permittedQuery = (
  household: Household,
  name: 'query:score' | 'query:get',
  args: unknown,
): Readonly<Record<string, unknown>> => {
  if (name === 'query:score') {
    const parsed = QUERY_ARGS[name].safeParse(args);
    if (!parsed.success) throw invalidInput(parsed.error);
    if (!household.companies.has(parsed.data.company)) throw new AnlianError('not_found');
    return parsed.data;
  }
  const parsed = QUERY_ARGS[name].safeParse(args);
  if (!parsed.success) throw invalidInput(parsed.error);
  if (!mayRead(household, parsed.data.key)) throw new AnlianError('not_found');
  return parsed.data;
};
