import {
  CREDENTIAL_TYPES,
  type CredentialType,
  DAY_MS,
  dayEndMs,
  dayStartMs,
  type PaperFacts,
} from '@anlian/contracts';

/** What can be wrong with a paper, the least serious first. */
const FAULTS = ['recheck_due', 'review_overdue', 'expired', 'not_yet_valid', 'suspended', 'revoked'] as const;
export type PaperFault = (typeof FAULTS)[number];

export interface JudgedPaper {
  readonly paper: PaperFacts;
  readonly fault: PaperFault | null;
  /** When a lapse began (24:00 of the last good day at UTC+8); null for what is no lapse. */
  readonly lapsedMs: number | null;
  /** The date that decided. */
  readonly day: string | null;
}

const isPast = (day: string | null, nowMs: number): day is string => day !== null && nowMs >= dayEndMs(day);

/** Judges a paper at a time. Days are whole days at UTC+8: valid to a day means to its 24:00. */
export const judgePaper = (paper: PaperFacts, nowMs: number): JudgedPaper => {
  const judged = (fault: PaperFault | null, day: string | null = null, lapsedMs: number | null = null) =>
    ({ paper, fault, day, lapsedMs }) satisfies JudgedPaper;
  const lapsed = (fault: PaperFault, day: string) => judged(fault, day, dayEndMs(day));
  if (paper.standing !== 'in_force') return judged(paper.standing);
  if (nowMs < dayStartMs(paper.validFrom)) return judged('not_yet_valid', paper.validFrom);
  if (isPast(paper.validTo, nowMs)) return lapsed('expired', paper.validTo);
  if (isPast(paper.reviewBy, nowMs)) return lapsed('review_overdue', paper.reviewBy);
  if (isPast(paper.recheckBy, nowMs)) return lapsed('recheck_due', paper.recheckBy);
  return judged(null);
};

/** Whether a renewal has taken a paper's place: from then on the renewal decides, whatever the old one still says. */
export const isSuperseded = ({ supersededFrom }: PaperFacts, nowMs: number): boolean =>
  supersededFrom !== null && nowMs >= dayStartMs(supersededFrom);

/** Why no paper will do: the nearest to good of those there are, or none at all. */
export interface Shortfall {
  readonly fault: PaperFault | 'missing';
  readonly type: PaperFacts['type'];
  readonly day: string | null;
  readonly lapsedMs: number | null;
  /** A renewal is known, and the public register may still lag behind it. */
  readonly isInRegisterLag: boolean;
}

const byNearness = (a: JudgedPaper, b: JudgedPaper): number =>
  (b.lapsedMs ?? 0) - (a.lapsedMs ?? 0) ||
  FAULTS.indexOf(a.fault ?? 'recheck_due') - FAULTS.indexOf(b.fault ?? 'recheck_due');

/**
 * A paper that lapsed no longer ago than its type's register may lag, and a newer one of the same type that is attested but
 * not confirmed in the register yet. Without the newer paper a missed review is a missed review.
 */
const isRenewed = (old: JudgedPaper, current: readonly JudgedPaper[], nowMs: number): boolean => {
  const { registerLagDays = 0 }: CredentialType = CREDENTIAL_TYPES[old.paper.type];
  const hasLapsed = old.fault === 'expired' || old.fault === 'review_overdue';
  if (!hasLapsed || old.lapsedMs === null || nowMs >= old.lapsedMs + registerLagDays * DAY_MS) return false;
  return current.some(
    ({ paper, fault }) =>
      paper.type === old.paper.type &&
      paper.validFrom > old.paper.validFrom &&
      (fault === 'not_yet_valid' || fault === 'recheck_due'),
  );
};

/** Null when one of the papers is good: of several types, and of several papers of a type, one suffices. */
export const shortfallOf = (
  types: readonly PaperFacts['type'][],
  papers: readonly PaperFacts[],
  nowMs: number,
): Shortfall | null => {
  const judged = papers.filter(({ type }) => types.includes(type)).map((paper) => judgePaper(paper, nowMs));
  const current = judged.filter(({ paper }) => !isSuperseded(paper, nowMs));
  if (current.some(({ fault }) => fault === null)) return null;
  const renewed = judged.find((old) => isRenewed(old, current, nowMs));
  const nearest = renewed ?? current.toSorted(byNearness)[0];
  if (nearest === undefined)
    return {
      fault: 'missing',
      type: types[0] as PaperFacts['type'],
      day: null,
      lapsedMs: null,
      isInRegisterLag: false,
    };
  const { paper, fault, day, lapsedMs } = nearest;
  return { fault: fault ?? 'missing', type: paper.type, day, lapsedMs, isInRegisterLag: renewed !== undefined };
};
