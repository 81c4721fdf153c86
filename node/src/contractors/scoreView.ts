import { BANDS, DAY_MS, type Deduction, type ExplainedScore, instantMs, toInstant } from '@anlian/contracts';
import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import { coded } from './credentialView.ts';
import { deductionText, explainDeduction } from './explain.ts';
import { readNames } from './names.ts';
import { type CompanyRecords, outlookAt, type PolicyTerm, termAt, timelineOf } from './outlook.ts';
import { readCompanyRecords, readTerms } from './standings.ts';

const TIMELINE_MS = 90 * DAY_MS;

const present = <K extends 'site' | 'recordedBy'>(deductions: readonly Deduction[], key: K): string[] => [
  ...new Set(deductions.flatMap((deduction) => deduction[key] ?? [])),
];

const timelineView = (records: CompanyRecords, terms: readonly PolicyTerm[], atMs: number) =>
  timelineOf(records, terms, atMs, atMs + TIMELINE_MS).map(({ fromMs, score, band }) => ({
    from: toInstant(fromMs),
    score,
    band: coded(BANDS, band),
  }));

/**
 * A company's score at an instant, every deduction explained, and what comes in the 90 days after it; undefined before the first policy.
 * It is computed from the projected facts by the ledger's own function.
 */
export const explainScore = async (
  db: Db,
  own: Pick<Config, 'member' | 'company' | 'name'>,
  company: string,
  atMs: number,
): Promise<ExplainedScore | undefined> => {
  const terms = await readTerms(db);
  const records = await readCompanyRecords(db, company);
  const outlook = outlookAt(records, terms, atMs);
  const term = termAt(terms, atMs);
  if (outlook === undefined || term === undefined) return undefined;
  const { deductions, band, ...score } = outlook.score;
  const names = await readNames(db, own, {
    sites: present(deductions, 'site'),
    members: present(deductions, 'recordedBy'),
  });
  return {
    ...score,
    band: coded(BANDS, band),
    policy: { id: term.policy.id, policyHash: term.policyHash },
    deductions: deductions.map((deduction) => ({
      ...deduction,
      text: deductionText(deduction),
      explanation: explainDeduction(deduction, names),
    })),
    nextChange: outlook.nextChange,
    nextLoss: outlook.nextLoss,
    timeline: timelineView(records, terms, instantMs(score.effectiveAt)),
  };
};
