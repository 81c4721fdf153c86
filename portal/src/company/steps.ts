import type { Deduction, ExplainedScore } from '@anlian/contracts';

type Explained = ExplainedScore['deductions'][number];

/** A deduction as a fall from one score to another. */
export interface Fall {
  readonly deduction: Explained;
  readonly from: number;
  readonly to: number;
}

/** Identity of a deduction among those of one score. */
export const deductionKey = ({ kind, code, fact, recordedBy }: Deduction): string =>
  [kind, code, fact, recordedBy].join('/');

/** The way from the base to the score: each deduction falls from where the one before ended; nothing falls below the floor, and a veto falls to it. */
export const fallsOf = (base: number, deductions: readonly Explained[], floor = 0): readonly Fall[] => {
  let level = base;
  return deductions.map((deduction) => {
    const from = level;
    level = deduction.kind === 'veto' ? floor : Math.max(floor, from - deduction.points);
    return { deduction, from, to: level };
  });
};
