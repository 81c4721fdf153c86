import { randomInt } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchCatchup } from './catchup.ts';
import { benchEvidence } from './evidence.ts';
import { benchGate } from './gate.ts';
import { benchLedger } from './ledger.ts';
import { timeOf } from './measure.ts';
import { benchPack } from './pack.ts';
import { atMost, type Bench, type Row } from './row.ts';
import { seededRandom } from './seededRandom.ts';
import { benchStart } from './start.ts';
import { benchVerify } from './verify.ts';

const verify: Bench = async () => {
  const { name, ratio, detail } = await benchVerify();
  return [{ name, value: ratio, unit: '×', ...atMost(ratio, 2), detail }];
};

const BENCHES: Readonly<Record<string, Bench>> = {
  gate: benchGate,
  pack: benchPack,
  ledger: benchLedger,
  evidence: benchEvidence,
  catchup: benchCatchup,
  verify,
  start: benchStart,
};

const USAGE = `npm run bench [-- NAME... [--seed TEXT] [--blocks N]]

  NAME  ${Object.keys(BENCHES).join(', ')}; all of them when none is named
  N     blocks of the chain that catchup makes; 100000 when absent
`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const numberText = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1);

const show = ({ name, value, unit, goal, ok, detail }: Row): void => {
  const verdict = goal === undefined ? '' : `goal ${goal}: ${ok ? 'met' : 'NOT MET'}`;
  say(`  ${numberText(value).padStart(9)} ${unit.padEnd(11)} ${name}${verdict && ` · ${verdict}`}`);
  say(`  ${''.padStart(21)} ${detail}`);
};

const header = (names: readonly string[], seed: string): void => {
  say(`npm run bench -- ${names.join(' ')} --seed ${seed}`);
  const load = loadavg().map((value) => value.toFixed(1));
  say(
    `Node ${process.version}, ${process.platform}-${process.arch}, ${availableParallelism()} cores, load ${load.join(' ')}`,
  );
};

/** Runs benches one after another and prints what they measured; nothing is kept. */
const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string' }, blocks: { type: 'string' }, help: { type: 'boolean' } },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
  const isCount = values.blocks === undefined || /^[1-9]\d{0,6}$/.test(values.blocks);
  if (values.help || unknown.length > 0 || !isCount) {
    process.stderr.write(unknown.length > 0 ? `unknown: ${unknown.join(', ')}\n\n${USAGE}` : USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
  const seed = values.seed ?? String(randomInt(2 ** 32));
  header(names, seed);
  const blocks = values.blocks === undefined ? undefined : Number(values.blocks);
  for (const name of names) await run(name, seed, blocks);
};

/** One bench and its table. One that fails says so and lets the others go on. */
const run = async (name: string, seed: string, blocks: number | undefined): Promise<void> => {
  let rows: readonly Row[] = [];
  const notes: string[] = [];
  let failure: unknown;
  const ms = await timeOf(async () => {
    try {
      rows =
        (await BENCHES[name]?.({
          random: seededRandom(`${seed}/${name}`),
          blocks,
          note: (line) => notes.push(line),
        })) ?? [];
    } catch (error) {
      failure = error;
    }
  });
  say(`\n${name} (${(ms / 1000).toFixed(0)} s)`);
  for (const note of notes) say(`  ${note}`);
  for (const row of rows) show(row);
  if (failure === undefined) return;
  say(`  failed: ${failure instanceof Error ? failure.stack : String(failure)}`);
  process.exitCode = 1;
};

await main();
