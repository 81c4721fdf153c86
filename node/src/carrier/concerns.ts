import type { AnyLedgerEvent } from '@anlian/contracts';

/** Who asks: its own members (itself and its tenants) and their companies. */
export interface Household {
  readonly members: ReadonlySet<string>;
  readonly companies: ReadonlySet<string>;
}

const companyOf = (event: AnyLedgerEvent): string | undefined => {
  if ('company' in event.data) return event.data.company;
  return event.name === 'credential.registered' && event.data.subject.kind === 'company'
    ? event.data.subject.company
    : undefined;
};

/**
 * Events that every member may see: the network's own order, and facts that name nobody (commitments).
 * All others concern one company, and only its own household sees them.
 */
const PUBLIC: ReadonlySet<AnyLedgerEvent['name']> = new Set([
  'channel.founded',
  'channel.confirmed',
  'channel.opened',
  'proposal.decided',
  'member.admitted',
  'member.expelled',
  'member.key_registered',
  'member.key_retired',
  'site.registered',
  'credit.policy_adopted',
  'credential.suspended',
  'credential.unsuspended',
  'credential.revoked',
]);

/** May this household see the event? */
export const concerns = (household: Household, event: AnyLedgerEvent): boolean => {
  if (PUBLIC.has(event.name)) return true;
  if (event.name === 'credential.registered' && event.data.subject.kind !== 'company') return true;
  if (event.name === 'evidence.anchored') return household.members.has(event.data.member);
  if (event.name === 'credit.imported') return false;
  const company = companyOf(event);
  return company !== undefined && household.companies.has(company);
};

/** An import with the household's own facts only; undefined when it has none. */
export const ownImports = (household: Household, event: AnyLedgerEvent): AnyLedgerEvent | undefined => {
  if (event.name !== 'credit.imported') return undefined;
  const facts = event.data.facts.filter((fact) => household.companies.has(fact.company));
  return facts.length === 0 ? undefined : { name: event.name, data: { ...event.data, facts } };
};
