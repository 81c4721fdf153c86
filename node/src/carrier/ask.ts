import { AnlianError, type CarriedQuery } from '@anlian/contracts';
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

const mayAsk = (household: Household, { name, args }: CarriedQuery): boolean =>
  name === 'query:score' ? household.companies.has(args.company) : mayRead(household, args.key);

/** Refuses a question of a household that is not its own: another's fact answers as one that does not exist. @throws {AnlianError} `not_found` */
export const requireOwnQuestion = (household: Household, question: CarriedQuery): void => {
  if (!mayAsk(household, question)) throw new AnlianError('not_found');
};
