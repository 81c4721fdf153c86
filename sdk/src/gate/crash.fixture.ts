import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { workerFacts } from './fixture.ts';
import { textDigest } from './pack/index.ts';
import { makeWorld } from './world.fixture.ts';

/** Child processes of durability.test.ts, which kills them, or runs them on a small disk. */
const [scenario, dir = ''] = process.argv.slice(2);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const world = await makeWorld();

/** Decides for ever in four lanes; a line for each decision that it was told is kept. */
const decideForever = async (): Promise<void> => {
  const gate = await world.gate(dir);
  const lane = async (): Promise<void> => {
    for (;;) {
      const { seq, record } = await gate.decide({ text: world.badge(), direction: 'in' });
      say(`${seq} ${await textDigest(record)}`);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
};

/** Takes a large pack; a line for each moment in which decisions would have their turn. */
const syncForever = async (): Promise<void> => {
  const gate = await world.gate(dir);
  const workers = Array.from({ length: 12_000 }, (_, at) =>
    workerFacts({ pass: `pas_${at.toString(16).padStart(32, '0')}` }),
  );
  const large = await world.pack({ rows: world.rows([world.worker, ...workers]), height: 42 });
  setInterval(() => say('turn'), 5);
  await gate.sync(async () => large);
  say('replaced');
};

/** Decides until the disk is full, then frees some of it. */
const fillDisk = async (): Promise<void> => {
  const ballast = join(dir, 'ballast');
  const gate = await world.gate(join(dir, 'gate'));
  writeFileSync(ballast, Buffer.alloc(2 << 20));
  const decideOnce = () => gate.decide({ text: world.badge(), direction: 'in' });
  let [fault, kept]: [unknown, number] = [null, 0];
  while (fault === null)
    await decideOnce().then(
      () => kept++,
      (error: unknown) => {
        fault = error;
      },
    );
  // Its record is smaller, so some may still find room.
  let emergency = await gate.emergency({ direction: 'out', persons: 1 });
  for (; emergency.logged !== null; kept++) emergency = await gate.emergency({ direction: 'out', persons: 1 });
  const sync = await gate
    .sync(() => world.pack({ rows: world.rows([world.worker, ...manyWorkers()]), height: 42 }))
    .catch((error: unknown) => error);
  const whileFull = gate.status();
  rmSync(ballast);
  const after = await decideOnce();
  const sent: string[] = [];
  await gate.upload(async (decisions) => ({ upTo: sent.push(...decisions) }));
  const code = (error: unknown) => (error instanceof AnlianError ? error.code : String(error));
  say(
    JSON.stringify({
      fault: code(fault),
      sync: code(sync),
      emergency: [emergency.outcome, emergency.logged, emergency.fault?.code],
      kept,
      lastSeqWhileFull: whileFull.lastSeq,
      heightWhileFull: whileFull.pack?.height,
      seqAfter: after.seq,
      sent: sent.length,
    }),
  );
  gate.close();
};
const manyWorkers = () =>
  Array.from({ length: 3_000 }, (_, at) => workerFacts({ pass: `pas_${at.toString(16).padStart(32, '0')}` }));

await { decide: decideForever, sync: syncForever, fill: fillDisk }[scenario as 'decide' | 'sync' | 'fill']();
