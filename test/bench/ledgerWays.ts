import { AnlianError, type CommandArgs, formatId, type SignedCommand, toBase64Url, toInstant } from '@anlian/contracts';
import type { Ledger, Random } from '@anlian/sdk/ledger';
import { type Governor, signedBy } from '../support/governors.ts';
import type { BareClient } from './bareChaincode/client.ts';
import { alternate, inFlight, median, type Rounds, spread, type Work } from './measure.ts';
import type { Row } from './row.ts';

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
const papers = (governor: Governor, count: number, random: Random): SignedCommand[] =>
  Array.from({ length: count }, () => signedBy(governor, 'credential:register', paper(random)));

/** One way to put something on a ledger; `works` prepares so many submissions. */
export interface Way {
  readonly name: string;
  works(count: number): readonly Work[];
}

export interface Recorder {
  readonly name: string;
  readonly ledger: Ledger;
  readonly governor: Governor;
  readonly random: Random;
}

/** Our record, one by one. */
export const recording = ({ name, ledger, governor, random }: Recorder): Way => ({
  name,
  works: (count) => papers(governor, count, random).map((signed) => () => ledger.submit(signed)),
});

/** One key and one byte. */
export const putting = (name: string, bare: BareClient, random: Random): Way => ({
  name,
  works: (count) => Array.from({ length: count }, () => () => bare.put(formatId('crd', random(16)), 'x')),
});

export interface Load {
  /** Submissions under way at a time, and how many of them a round takes. */
  readonly lanes: number;
  readonly count: number;
}

export interface Measured {
  readonly perSecond: number;
  readonly roundMs: readonly number[];
  readonly times: readonly number[];
}

/** Every way under one load, turn by turn. */
export const measureLoad = async (
  ways: readonly Way[],
  { lanes, count }: Load,
  rounds: Rounds,
): Promise<ReadonlyMap<string, Measured>> => {
  const times = new Map(ways.map(({ name }) => [name, [] as number[]]));
  const roundMs = await alternate(rounds, async (round) =>
    Object.fromEntries(
      ways.map(({ name, works }) => {
        const prepared = works(count);
        const run = async (): Promise<void> => {
          const took = await inFlight(lanes, prepared);
          if (round >= rounds.warmUp) times.get(name)?.push(...took);
        };
        return [name, run];
      }),
    ),
  );
  return new Map(
    ways.map(({ name }) => {
      const ms = roundMs[name] ?? [];
      return [name, { perSecond: (count * 1000) / median(ms), roundMs: ms, times: times.get(name) ?? [] }];
    }),
  );
};

export const loadRows = (lanes: number, measured: ReadonlyMap<string, Measured>): Row[] =>
  [...measured].map(([name, { perSecond, times }]) => ({
    name: `${name}, ${lanes} in flight`,
    value: perSecond,
    unit: 'tx/s',
    detail: spread(times),
  }));

/** Milliseconds for so many commands that wait together and so share transactions. */
export const measureTogether = async (
  { ledger, governor, random }: Recorder,
  count: number,
  rounds: Rounds,
): Promise<number> => {
  const { together } = await alternate(rounds, async () => {
    const signed = papers(governor, count, random);
    return {
      together: async () => {
        const failed = (await ledger.submitAll(signed)).find((outcome) => outcome instanceof AnlianError);
        if (failed) throw failed;
      },
    };
  });
  return median(together);
};
