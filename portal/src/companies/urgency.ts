import type { Band, Company } from '@anlian/contracts';

const RANK: Readonly<Record<Band, number>> = { red: 0, amber: 1, green: 2 };
const NO_SCORE = 3;
const NEVER = '9';

const rankOf = ({ blocklisted, standing }: Company): number =>
  blocklisted ? -1 : standing ? RANK[standing.band.code] : NO_SCORE;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Companies in the order in which they need attention: worst band first, then whoever gets worse soonest. */
export const byUrgency = (companies: readonly Company[]): Company[] =>
  companies.toSorted(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      compare(a.standing?.nextLoss?.at ?? NEVER, b.standing?.nextLoss?.at ?? NEVER) ||
      (a.standing?.score ?? 0) - (b.standing?.score ?? 0) ||
      compare(a.company, b.company),
  );
