import { describe, expect, it, onTestFinished } from 'vitest';
import { gateBench, recordOf } from './bench.fixture.ts';
import { openGate } from './gate.ts';
import { NOW_MS } from './world.fixture.ts';

const bench = gateBench();
const SUPERVISOR = `cas_${'0a'.repeat(16)}`;

describe('a hold', () => {
  const release = { answer: 'released', reason: 'identity_confirmed', supervisor: SUPERVISOR } as const;

  it('is released once, by a signed record that names what it answers', async () => {
    const gate = await bench.syncedGate();
    const held = await gate.decide({ text: bench.world.badge(), direction: 'in', workClass: 'hot_work' });
    expect(held.decision.outcome).toBe('hold');
    expect(gate.pending()).toMatchObject([
      { seq: 1, state: 'waiting', owner: 'supervisor', person: { trade: '焊工' } },
    ]);
    const { record } = await gate.release(1, release);
    expect(await recordOf(record, gate)).toMatchObject({ kind: 'release', of: 1, answer: 'released', direction: 'in' });
    expect(gate.pending()).toEqual([]);
    await expect(gate.release(1, release)).rejects.toMatchObject({ code: 'invalid_transition' });
  });

  it('that nobody answers times out, and can no longer be released', async () => {
    let nowMs = NOW_MS;
    const gate = await bench.syncedGate({ clock: () => nowMs });
    await gate.decide({ text: bench.world.badge(), direction: 'in' });
    nowMs += 120_000;
    expect(gate.pending()).toMatchObject([{ seq: 1, state: 'timed_out' }]);
    await expect(gate.release(1, release)).rejects.toMatchObject({ code: 'invalid_transition' });
  });

  it.each([
    ['a decision that is no hold', 1, release, 'invalid_transition'],
    ['a number that was never given', 99, release, 'not_found'],
    ['half a number', 1.5, release, 'not_found'],
    ['a supervisor by name', 2, { ...release, supervisor: '王某' }, 'invalid_input'],
    ['a reason of one’s own', 2, { ...release, reason: 'because' as never }, 'invalid_input'],
  ])('is not answered with %s; nothing is recorded', async (_what, seq, answer, code) => {
    const gate = await bench.syncedGate();
    await gate.decide({ text: await bench.world.show(NOW_MS), direction: 'in' });
    await gate.decide({ text: bench.world.badge(), direction: 'in' });
    await expect(gate.release(seq, answer)).rejects.toMatchObject({ code });
    expect(gate.status().lastSeq).toBe(2);
  });
});

describe('an emergency', () => {
  it('passes and is logged also where the gate knows nothing', async () => {
    const gate = await openGate(bench.world.options(bench.dir));
    onTestFinished(() => gate.close());
    expect(await gate.emergency({ direction: 'out', persons: 40 })).toMatchObject({
      outcome: 'allow',
      logged: { seq: 1 },
    });
  });

  it.each([0, -1, 1.5, 10_001, Number.NaN])('of %d persons is a slip of the finger', async (persons) => {
    const gate = await bench.syncedGate();
    await expect(gate.emergency({ direction: 'out', persons })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
