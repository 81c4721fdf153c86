import { type CommandArgs, dayOf, instantMs } from '@anlian/contracts';
import type { RuleOutcome } from '../rules/index.ts';
import { digestOf } from './keys.ts';
import { type Name, type Sending, type TestLedger, USCC } from './ledger.ts';

export const COMMITMENT = digestOf(new TextEncoder().encode('salted record'));

type Credential = CommandArgs<'credential:register'>;

/** What a governor does, in the words of its trade. */
export const governorOf = (ledger: TestLedger, member: string) => ({
  registersSite: (site: string) => ledger.send(member, 'site:register', { site }),

  admits: async (company: Name, site: string, from = ledger.now): Promise<string> => {
    const admission = ledger.id('adm');
    await ledger.send(member, 'site:admit', { site, company: USCC[company], admission, from });
    return admission;
  },

  releases: (company: Name, site: string, admission: string, at = ledger.now) =>
    ledger.send(member, 'site:release', { site, company: USCC[company], admission, at }),

  attests: async (company: Name, type: Credential['type'], change: Partial<Credential> = {}): Promise<string> => {
    const credential = ledger.id('crd');
    const today = dayOf(instantMs(ledger.now));
    await ledger.send(member, 'credential:register', {
      credential,
      subject: { kind: 'company', company: USCC[company] },
      type,
      authority: 'insurer',
      commitment: COMMITMENT,
      attestation: { method: 'register', checkedAt: ledger.now },
      validFrom: today,
      validTo: `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`,
      ...change,
    });
    return credential;
  },

  notices: async (
    company: Name,
    site: string,
    admission: string,
    change: Partial<CommandArgs<'credit:notice'>> = {},
    how: Sending = {},
  ): Promise<string> => {
    const violation = change.violation ?? ledger.id('vio');
    await ledger.send(
      member,
      'credit:notice',
      {
        violation,
        company: USCC[company],
        site,
        admission,
        clause: 'no_harness_at_height',
        occurredAt: ledger.now,
        commitment: COMMITMENT,
        ...change,
      },
      how,
    );
    return violation;
  },

  resolves: (company: Name, violation: string, outcome: 'upheld' | 'rejected') =>
    ledger.send(member, 'credit:resolve', { company: USCC[company], violation, outcome, commitment: COMMITMENT }),

  evaluates: async (company: Name, site: string, grade: 'A' | 'B' | 'C' | 'D'): Promise<RuleOutcome> =>
    ledger.send(member, 'credit:evaluate', {
      evaluation: ledger.id('evl'),
      company: USCC[company],
      site,
      grade,
      occurredAt: ledger.now,
      commitment: COMMITMENT,
    }),
});

/** What a contractor does about its own record. */
export const contractorOf = (ledger: TestLedger, member: Name) => {
  const company = USCC[member];
  return {
    acknowledges: (violation: string) => ledger.send(member, 'credit:acknowledge', { company, violation }),
    appeals: (violation: string, how: Sending = {}) =>
      ledger.send(member, 'credit:appeal', { company, violation, ground: 'facts_wrong', commitment: COMMITMENT }, how),
    withdraws: (violation: string) => ledger.send(member, 'credit:withdraw_appeal', { company, violation }),
  };
};
