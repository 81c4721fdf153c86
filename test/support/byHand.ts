import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DAY_MS, dayEndMs, dayOf, type Score, toInstant } from '@anlian/contracts';

/** A second opinion on every score, from the raw blocks. */
export const RECOMPUTE_SCRIPT = resolve(import.meta.dirname, '../journeys/recompute.py');

/** STARTING-SET's expectations, computed by hand: today, and tomorrow. */
export const BY_HAND = [
  ['鼎固', '91990101MAAA00039J', [89, 'green'], [94, 'green']],
  ['锐焊', '91990202MAAA00063N', [100, 'green'], [100, 'green']],
  ['蓝界', '91990202MAAA00071H', [85, 'green'], [65, 'amber']],
  ['安澜', '91990101MAAA00047D', [100, 'green'], [100, 'green']],
  ['云帆', '91990303MAAA00055F', [100, 'green'], [100, 'green']],
  ['新固', '91990101MAAA001009', [100, 'green'], [100, 'green']],
] as const;

/** What the script prints. */
export interface Recomputed {
  readonly height: number;
  readonly policies: Readonly<Record<string, string>>;
  readonly scores: readonly (Pick<Score, 'company' | 'policyHash' | 'score' | 'band'> & {
    readonly at: string;
    readonly deductions: readonly Pick<Score['deductions'][number], 'kind' | 'fact' | 'points'>[];
  })[];
}

export const recomputeScores = (blockFile: string, instants: readonly string[]): Recomputed =>
  JSON.parse(execFileSync('python3', [RECOMPUTE_SCRIPT, blockFile, ...instants], { encoding: 'utf8' }));

/** The last instants of the day of the first start, and of the next. */
export const firstDaysOf = (homeDir: string): [today: string, tomorrow: string] => {
  const { firstStartAt } = JSON.parse(readFileSync(join(homeDir, 'launcher.json'), 'utf8'));
  const endMs = dayEndMs(dayOf(Date.parse(firstStartAt)));
  return [toInstant(endMs - 1), toInstant(endMs + DAY_MS - 1)];
};
