import { DAY_MS, instantMs } from '@anlian/contracts';

/** Days that a score's timeline covers, from its first step on. */
export const TIMELINE_DAYS = 90;

/** A step placed on the chart: both axes from 0 to 100, `y` down from the best score. */
export interface PlacedStep {
  readonly x: number;
  readonly y: number;
  readonly score: number;
  readonly at: string;
}

/** Places the steps of a timeline on a chart of 100 by 100. */
export const placeSteps = (
  steps: readonly { readonly from: string; readonly score: number }[],
): readonly PlacedStep[] => {
  const startMs = instantMs(steps[0]?.from ?? '');
  return steps.map(({ from, score }) => ({
    x: ((instantMs(from) - startMs) / (TIMELINE_DAYS * DAY_MS)) * 100,
    y: 100 - score,
    score,
    at: from,
  }));
};

/** The steps as an SVG path: level until the next step, then straight to it, level to the end. */
export const stepPath = (steps: readonly PlacedStep[]): string =>
  steps.map(({ x, y }, at) => (at === 0 ? `M${x} ${y}` : `H${x}V${y}`)).join('') + (steps.length === 0 ? '' : 'H100');
