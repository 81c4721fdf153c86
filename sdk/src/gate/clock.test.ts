import { describe, expect, it, onTestFinished } from 'vitest';
import { gateBench } from './bench.fixture.ts';
import { openGate } from './gate.ts';
import { NOW_MS } from './world.fixture.ts';

const bench = gateBench();

describe('the clock', () => {
  it('10 minutes back after a decision: effective time goes on, high-risk work is held', async () => {
    let nowMs = NOW_MS + 600_000;
    let elapsedMs = 0;
    const gate = await bench.syncedGate({ clock: () => nowMs, monotonic: () => elapsedMs, bootId: 'a' });
    await gate.emergency({ direction: 'in', persons: 1 });
    nowMs -= 600_000;
    elapsedMs = 5_000;
    expect(gate.status().clock).toMatchObject({ state: 'rolled_back', effective: '2026-11-22T00:10:05.000Z' });
    const text = await bench.world.show(NOW_MS + 605_000);
    const { decision } = await gate.decide({ text, direction: 'in', workClass: 'hot_work' });
    expect(decision).toMatchObject({ outcome: 'hold', reasons: [{ code: 'clock_rolled_back' }] });
    const badge = { text: await bench.world.show(NOW_MS + 601_000), direction: 'in', workClass: 'general' } as const;
    expect((await gate.decide(badge)).decision.outcome).toBe('allow');
  });

  it('10 minutes slow at a sync: the pack’s own time is the floor', async () => {
    const gate = await bench.syncedGate({ clock: () => NOW_MS - 600_000 });
    expect(gate.status().clock).toMatchObject({ state: 'rolled_back', effective: '2026-11-22T00:00:00.000Z' });
  });

  it('10 minutes fast against the node’s: a sync does not confirm it', async () => {
    const gate = await bench.syncedGate({ clock: () => NOW_MS + 600_000, bootId: 'a' });
    await gate.sync(async () => ({ ...(await bench.world.pack()), serverMs: NOW_MS }));
    expect(gate.status().clock.state).toBe('unconfirmed');
  });

  it('after a restart of the machine is in doubt until the next sync', async () => {
    const first = await bench.world.gate(bench.dir, { bootId: 'a' });
    expect(first.status().clock.state).toBe('trusted');
    first.close();
    const gate = await openGate(bench.world.options(bench.dir, { bootId: 'b' }));
    onTestFinished(() => gate.close());
    expect(gate.status().clock.state).toBe('unconfirmed');
    await gate.sync(async () => ({ ...(await bench.world.pack()), serverMs: NOW_MS }));
    expect(gate.status().clock.state).toBe('trusted');
  });

  it('after a restart of the program alone goes on', async () => {
    let elapsedMs = 1_000;
    const first = await bench.world.gate(bench.dir, { bootId: 'a', monotonic: () => elapsedMs });
    first.close();
    elapsedMs = 61_000;
    const gate = await openGate(bench.world.options(bench.dir, { bootId: 'a', monotonic: () => elapsedMs }));
    onTestFinished(() => gate.close());
    expect(gate.status().clock).toMatchObject({ state: 'rolled_back', effective: '2026-11-22T00:01:00.000Z' });
  });
});
