import { type AnyLedgerEvent, EVENT_NAMES, type EventName } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { concerns, type Household, ownImports } from './concerns.ts';

const OWN = '91990202MAAA000209';
const TENANT = '91990101MAAA00039J';
const OTHER = '91990101MAAA00012T';
const household: Household = { members: new Set(['qichuan', 'dinggu']), companies: new Set([OWN, TENANT]) };
const stranger: Household = { members: new Set(['anlan']), companies: new Set(['91990101MAAA00047D']) };

type Audience = 'everybody' | 'its company' | 'its member' | 'nobody';

/** Who may see each event. */
const AUDIENCE: Readonly<Record<EventName, Audience>> = {
  'channel.founded': 'everybody',
  'channel.confirmed': 'everybody',
  'channel.opened': 'everybody',
  'proposal.opened': 'nobody',
  'proposal.voted': 'nobody',
  'proposal.decided': 'everybody',
  'member.admitted': 'everybody',
  'member.expelled': 'everybody',
  'member.key_registered': 'everybody',
  'member.key_retired': 'everybody',
  'site.registered': 'everybody',
  'site.admitted': 'its company',
  'site.released': 'its company',
  'credential.registered': 'its company',
  'credential.suspended': 'everybody',
  'credential.unsuspended': 'everybody',
  'credential.revoked': 'everybody',
  'credit.policy_adopted': 'everybody',
  'credit.imported': 'nobody',
  'credit.noticed': 'its company',
  'credit.acknowledged': 'its company',
  'credit.appealed': 'its company',
  'credit.appeal_withdrawn': 'its company',
  'credit.resolved': 'its company',
  'credit.evaluated': 'its company',
  'credit.issued': 'its company',
  'credit.code_revoked': 'its company',
  'credit.blocklisted': 'its company',
  'credit.blocklisting_lifted': 'its company',
  'evidence.anchored': 'its member',
};

/** The parts of an event that name somebody. */
const eventOf = (name: EventName, { company, member }: { company: string; member: string }): AnyLedgerEvent => {
  const named: Partial<Record<EventName, object>> = {
    'credential.registered': { subject: { kind: 'company', company } },
    'credit.imported': { facts: [{ kind: 'violation', company }] },
    'proposal.opened': { by: member, proposed: { action: 'credit.blocklist', company } },
    'proposal.voted': { by: member },
    'evidence.anchored': { member },
  };
  const data = named[name] ?? (AUDIENCE[name] === 'its company' ? { company } : {});
  return { name, data } as unknown as AnyLedgerEvent;
};

describe('what a household may see', () => {
  it.each(EVENT_NAMES)('of %s', (name) => {
    const audience = AUDIENCE[name];
    const seen = (of: Household, company: string, member: string) => concerns(of, eventOf(name, { company, member }));
    expect({
      own: seen(household, OWN, 'qichuan'),
      tenant: seen(household, TENANT, 'dinggu'),
      ownCompanyOfOtherMember: seen(household, OWN, 'hengyuan'),
      otherCompanyOfOwnMember: seen(household, OTHER, 'qichuan'),
      other: seen(household, OTHER, 'hengyuan'),
      stranger: seen(stranger, OWN, 'qichuan'),
    }).toEqual({
      own: audience !== 'nobody',
      tenant: audience !== 'nobody',
      ownCompanyOfOtherMember: audience === 'everybody' || audience === 'its company',
      otherCompanyOfOwnMember: audience === 'everybody' || audience === 'its member',
      other: audience === 'everybody',
      stranger: audience === 'everybody',
    });
  });

  it.each(['worker', 'equipment'])('of a credential of a %s: everybody, since it names nobody', (kind) => {
    const event = { name: 'credential.registered', data: { subject: { kind, commitment: 'x' } } };
    expect(concerns(stranger, event as unknown as AnyLedgerEvent)).toBe(true);
  });

  it('of an import: its own facts only', () => {
    const facts = [OWN, OTHER, TENANT].map((company) => ({ kind: 'violation', company }));
    const event = { name: 'credit.imported', data: { import: 'i', facts } } as unknown as AnyLedgerEvent;
    expect(ownImports(household, event)?.data).toEqual({ import: 'i', facts: [facts[0], facts[2]] });
    expect(ownImports(stranger, event)).toBeUndefined();
  });
});
