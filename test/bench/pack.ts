import { letIn } from './gate.ts';
import { type GateSite, openGateSite, type Shown } from './gateSite.ts';
import { percentile, spread, timeOf } from './measure.ts';
import type { Bench, Row } from './row.ts';

const WORKERS = 100_000;
const PHONES = 500;
const WARM_UP = 1;
const ROUNDS = 4;

const latencyRow = (name: string, times: readonly number[]): Row => ({
  name,
  value: percentile(times, 0.99),
  unit: 'ms p99',
  detail: `${spread(times)}; ${times.length} decisions about ${PHONES} of ${WORKERS.toLocaleString('en')} workers`,
});

/** Decisions one after another, each taken twice: told without being stored, and stored. */
const measureQuiet = async (site: GateSite): Promise<{ unstored: number[]; stored: number[] }> => {
  const unstored: number[] = [];
  const stored: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    // The lists are new in every round, so nobody has been met before: the dearest case.
    const decide = await site.unstored();
    for (const one of await site.showAfter(1)) {
      const times = [await timeOf(() => letIn(decide, one)), await timeOf(() => letIn(site.gate.decide, one))] as const;
      if (round < WARM_UP) continue;
      unstored.push(times[0]);
      stored.push(times[1]);
    }
  }
  return { unstored, stored };
};

/** Decisions while the gate takes a new pack of as many workers. */
const measureDuringSync = async (site: GateSite): Promise<{ times: number[]; syncMs: number }> => {
  const pack = await site.newerPack();
  const times: number[] = [];
  let shown: Shown[] = [];
  let done = false;
  const syncing = timeOf(() => site.gate.sync(async () => pack)).finally(() => {
    done = true;
  });
  while (!done) {
    if (shown.length === 0) shown = [...(await site.showAfter(1))];
    const next = shown.pop();
    if (next !== undefined) times.push(await timeOf(() => letIn(site.gate.decide, next)));
  }
  return { times, syncMs: await syncing };
};

/** How long one decision takes when the lists name 100,000 workers. */
export const benchPack: Bench = async ({ random }) => {
  const site = await openGateSite(WORKERS, PHONES, random);
  try {
    const { unstored, stored } = await measureQuiet(site);
    const busy = await measureDuringSync(site);
    const megabytes = (site.packBytes / 1e6).toFixed(0);
    return [
      latencyRow('a decision, not stored', unstored),
      latencyRow('a decision, on the disk before it is told', stored),
      latencyRow('the same while the gate takes a new pack of this size', busy.times),
      {
        name: 'the gate takes such a pack: verified, parsed, stored',
        value: site.syncMs / 1000,
        unit: 's',
        detail: `${megabytes} MB of rows, made and signed in ${(site.makeMs / 1000).toFixed(1)} s; while deciding ${(busy.syncMs / 1000).toFixed(1)} s`,
      },
    ];
  } finally {
    site.close();
  }
};
