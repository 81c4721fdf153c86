import { type Papers, papersById, successorOf } from '@anlian/chaincode/rules';
import {
  addMonths,
  type CompanyFacts,
  type CredentialRecord,
  type CreditPolicy,
  DAY_MS,
  dayOf,
  dayStartMs,
  instantMs,
  type PackRow,
  type PaperFacts,
  type SitePolicy,
  toInstant,
  type WorkerFacts,
} from '@anlian/contracts';
import { type CompanyRecords, type PolicyTerm, termAt, timelineOf } from '../contractors/outlook.ts';
import type { receivedEnrolments } from './tables.ts';

/** A gate that is cut off knows the score so far ahead; its lists are too old long before. */
const SCORE_HORIZON_MS = 7 * DAY_MS;

type Standing = PaperFacts['standing'];
const standingOf = ({ revokedAt, suspensions }: CredentialRecord): Standing => {
  if (revokedAt !== null) return 'revoked';
  return suspensions.some(({ to }) => to === null) ? 'suspended' : 'in_force';
};

/**
 * A paper as a gate judges it. The cover of an insurance is in the private record, where this member holds it.
 * @param known papers of the same holder, among them the renewals
 * @param nowMs by what is revoked then: a gate that decides later, cut off, asks only whether `supersededFrom` has come
 */
export const paperFacts = (
  record: CredentialRecord,
  known: Papers,
  cover: number | undefined,
  nowMs: number,
): PaperFacts => {
  const { credential, type, validFrom, validTo, reviewBy, attestation } = record.facts;
  return {
    credential,
    type,
    validFrom,
    validTo: validTo ?? null,
    reviewBy: reviewBy ?? null,
    recheckBy: attestation.recheckBy ?? null,
    standing: standingOf(record),
    supersededFrom: successorOf(record, known, nowMs)?.from ?? null,
    coverPerPersonYuan: cover ?? null,
  };
};

export interface CompanyAtSite {
  readonly records: CompanyRecords;
  readonly covers: ReadonlyMap<string, number>;
  readonly admission: CompanyFacts['admission'];
  readonly suspendedSince: string | undefined;
  readonly blocklistedUntil: string | null;
}

/** A company as a gate needs it; undefined before a credit policy is in force, when nobody has a score. */
export const companyFacts = (
  at: CompanyAtSite,
  terms: readonly PolicyTerm[],
  nowMs: number,
): CompanyFacts | undefined => {
  const term = termAt(terms, nowMs);
  if (!term) return undefined;
  const known = papersById(at.records.credentials);
  return {
    company: at.records.company,
    policyHash: term.policyHash,
    scores: timelineOf(at.records, terms, startOfScores(nowMs), nowMs + SCORE_HORIZON_MS).map(
      ({ fromMs, score, band }) => ({
        from: toInstant(fromMs),
        score,
        band,
      }),
    ),
    papers: at.records.credentials.map((record) =>
      paperFacts(record, known, at.covers.get(record.facts.credential), nowMs),
    ),
    admission: at.admission,
    suspendedSince: at.suspendedSince ?? null,
    blocklistedUntil: at.blocklistedUntil,
  };
};

/** Scores begin with the day, so that the rows of a quiet hour stay the same. */
const startOfScores = (nowMs: number): number => dayStartMs(dayOf(nowMs));

/** The birthdays that the site's age limits need, and no other: "at most 55" ends when the person turns 56. */
export const turnsFor = (birthDate: string, policy: SitePolicy): WorkerFacts['turns'] => {
  const limits = policy.requirements.flatMap(({ need }) => (need.need === 'max_age' ? [need.years + 1] : []));
  return [...new Set(limits)].sort((a, b) => a - b).map((years) => ({ years, on: addMonths(birthDate, 12 * years) }));
};

export interface WorkerAtSite {
  readonly enrolment: typeof receivedEnrolments.$inferSelect;
  readonly issuer: string;
  readonly holderKey: string | null;
  readonly papers: readonly CredentialRecord[];
  readonly points: number;
  readonly suspendedSince: string | undefined;
}

export const workerRow = (
  { enrolment, issuer, holderKey, papers, points, suspendedSince }: WorkerAtSite,
  policy: SitePolicy,
  nowMs: number,
): PackRow => {
  const known = papersById(papers);
  return {
    t: 'e-worker',
    person: enrolment.person,
    facts: {
      pass: enrolment.pass,
      issuer,
      employer: enrolment.employer,
      holderKey,
      authorisedFrom: enrolment.authorisedFrom,
      authorisedTo: enrolment.authorisedTo,
      workClasses: enrolment.workClasses,
      papers: papers.map((record) => paperFacts(record, known, undefined, nowMs)),
      training: enrolment.trainings.map(({ course, validTo }) => ({ course, validTo })),
      turns: turnsFor(enrolment.birthDate, policy),
      points,
      suspendedSince: suspendedSince ?? null,
    },
  };
};

/** The admission that matters to a gate: one that is open or will open, else the last that ended. */
export const presentAdmission = (
  all: readonly { readonly validFrom: string; readonly releasedAt: string | null }[],
  nowMs: number,
): CompanyFacts['admission'] => {
  const isOpen = ({ releasedAt }: { readonly releasedAt: string | null }) =>
    releasedAt === null || instantMs(releasedAt) > nowMs;
  const sorted = all.toSorted((a, b) => instantMs(a.validFrom) - instantMs(b.validFrom));
  const chosen = sorted.find(isOpen) ?? sorted.at(-1);
  return chosen ? { from: chosen.validFrom, releasedAt: chosen.releasedAt } : null;
};

export const siteRow = (
  site: { readonly site: string; readonly name: { readonly zh: string; readonly en: string } | null },
  policy: SitePolicy,
  credit: CreditPolicy | undefined,
): PackRow => ({
  t: 'a-site',
  site: site.site,
  name: site.name ?? { zh: site.site, en: site.site },
  policy,
  // Before a credit policy is in force no points count, and no company is on the lists either.
  personOffSiteAt: credit?.personOffSiteAt ?? Number.MAX_SAFE_INTEGER,
});
