import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { Gate } from './gate.ts';
import type { Uploader } from './upload.ts';
import { makeWorld } from './world.fixture.ts';

const world = await makeWorld();
let gate: Gate;

beforeEach(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-upload-'));
  gate = await world.gate(dir);
  onTestFinished(() => {
    gate.close();
    rmSync(dir, { recursive: true });
  });
});

const decideTimes = (times: number) =>
  Promise.all(Array.from({ length: times }, () => gate.emergency({ direction: 'in', persons: 1 })));
const seqOf = (jws: string): number => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).seq;

/** A node's side: it takes decisions strictly in order, and knows those that it has. */
const receiver = () => {
  const kept: string[] = [];
  const receive: Uploader = async (decisions) => {
    for (const jws of decisions) {
      const seq = seqOf(jws);
      if (seq > kept.length + 1) return { expected: kept.length + 1 };
      if (kept[seq - 1] !== undefined && kept[seq - 1] !== jws) throw new Error('fork');
      kept[seq - 1] = jws;
    }
    return { upTo: kept.length };
  };
  return { kept, receive };
};

it('sends every decision once, in order, in batches', async () => {
  await decideTimes(450);
  const { kept, receive } = receiver();
  let calls = 0;
  const counted: Uploader = (decisions) => {
    calls += 1;
    return receive(decisions);
  };
  expect(await gate.upload(counted)).toBe(450);
  expect(kept.map(seqOf)).toEqual(Array.from({ length: 450 }, (_, at) => at + 1));
  expect(calls).toBe(3);
  expect(gate.status().waiting).toBe(0);
});

it('sends again what an answer was lost for, and the node has it once', async () => {
  await decideTimes(3);
  const { kept, receive } = receiver();
  const lossy: Uploader = async (decisions) => {
    await receive(decisions);
    throw new Error('connection reset');
  };
  await expect(gate.upload(lossy)).rejects.toThrow('connection reset');
  expect(gate.status().waiting).toBe(3);
  expect(await gate.upload(receive)).toBe(3);
  expect(kept).toHaveLength(3);
});

it('begins again where a node restored from a backup asks', async () => {
  await decideTimes(5);
  await gate.upload(receiver().receive);
  await decideTimes(2);
  const restored = receiver();
  expect(await gate.upload(restored.receive)).toBe(7);
  expect(restored.kept).toHaveLength(7);
});

it.each<[string, Uploader, string]>([
  ['knows decisions that were never made', async () => ({ upTo: 99 }), 'decision_fork'],
  ['asks for a decision that was never made', async () => ({ expected: 99 }), 'decision_fork'],
  ['acknowledges nothing', async () => ({ upTo: 0 }), 'decision_gap'],
  ['asks for the same one again and again', async () => ({ expected: 1 }), 'decision_gap'],
  ['asks for number 0', async () => ({ expected: 0 }), 'decision_gap'],
])('a node that %s is named, and the gate keeps its decisions', async (_what, answer, code) => {
  await decideTimes(3);
  await expect(gate.upload(answer)).rejects.toMatchObject({ code });
  expect(gate.status()).toMatchObject({ lastSeq: 3, waiting: 3 });
});
