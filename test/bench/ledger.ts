import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandArgs, formatId, type SignedCommand, toBase64Url, toInstant } from '@anlian/contracts';
import type { Random } from '@anlian/sdk/ledger';
import { foundingGovernors, type Governor, signedBy } from '../support/governors.ts';
import { type FoundedLedger, foundLedger } from './ledgerProcess.ts';
import { alternate, inFlight, inTurn, median, milliseconds, spread, type Work } from './measure.ts';
import type { Bench, Row } from './row.ts';

const ROUNDS = { warmUp: 2, measured: 10 };
const ALONE = 20;
const LANES = 50;
const TOGETHER = 200;
const FSYNCS = 20;
/** About one envelope with its block. */
const BLOCK_BYTES = 8_192;

/** A paper of a worker who is known to the ledger by a commitment only. */
const paper = (random: Random): CommandArgs<'credential:register'> => ({
  credential: formatId('crd', random(16)),
  subject: { kind: 'worker', commitment: toBase64Url(random(32)) },
  type: 'special_work_welding',
  authority: 'emergency_management',
  commitment: toBase64Url(random(32)),
  attestation: { method: 'register', checkedAt: toInstant(Date.now()) },
  validFrom: '2026-01-01',
  validTo: '2031-12-31',
});

/** Signed beforehand: a node signs when a change is made, not when it is submitted. */
const commands = (governor: Governor, count: number, random: Random): SignedCommand[] =>
  Array.from({ length: count }, () => signedBy(governor, 'credential:register', paper(random)));

const submissions = ({ ledger }: FoundedLedger, signed: readonly SignedCommand[]): Work[] =>
  signed.map((command) => () => ledger.submit(command));

/** What the disk takes for one block at a time and nothing else. */
const flushes = (file: number): Work[] =>
  Array.from({ length: FSYNCS }, () => () => {
    writeSync(file, new Uint8Array(BLOCK_BYTES));
    fdatasyncSync(file);
  });

const row = (
  lanes: number,
  count: number,
  roundMs: readonly number[],
  times: readonly number[],
  detail: string,
): Row => ({
  name: `submissions of credential:register over HTTP, ${lanes} in flight`,
  value: (count * 1000) / median(roundMs),
  unit: 'tx/s',
  detail: `${spread(times)}${detail}`,
});

/** Endorsed, ordered, validated and on the disk: the embedded ledger as a process, its client in this one. */
export const benchLedger: Bench = async ({ random }) => {
  const governors = await foundingGovernors();
  const [governor, ...others] = governors;
  if (governor === undefined) throw new Error('a channel has governors');
  const founded = await foundLedger([governor, ...others]);
  const file = openSync(join(founded.dir, 'flushed'), 'a');
  try {
    const alone: number[] = [];
    const together: number[] = [];
    const times = await alternate(ROUNDS, async (round) => {
      const isMeasured = round >= ROUNDS.warmUp;
      const one = submissions(founded, commands(governor, ALONE, random));
      const many = submissions(founded, commands(governor, TOGETHER, random));
      return {
        alone: async () => alone.push(...(await inFlight(1, one)).filter(() => isMeasured)),
        together: async () => together.push(...(await inFlight(LANES, many)).filter(() => isMeasured)),
        flushed: () => inTurn(flushes(file)),
      };
    });
    const flushMs = median(times.flushed) / FSYNCS;
    return [
      row(
        1,
        ALONE,
        times.alone,
        alone,
        `; the disk alone takes ${milliseconds(flushMs)} for a block of ${BLOCK_BYTES} bytes`,
      ),
      row(LANES, TOGETHER, times.together, together, '; those that wait together share a block'),
    ];
  } finally {
    closeSync(file);
    await founded.close();
  }
};
