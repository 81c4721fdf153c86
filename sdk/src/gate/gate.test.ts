import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DECISION_TYPE, DecisionRecord, fromBase64Url } from '@anlian/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { companyClaims, signer } from '../code/fixture.ts';
import { codeText } from '../code/link.ts';
import { encodeCompanyCode } from '../code/open.ts';
import { decide } from './decide/index.ts';
import { paper, SITE, workerFacts } from './fixture.ts';
import { type Gate, type GateOptions, openGate } from './gate.ts';
import { openJws } from './jws.ts';
import { textDigest } from './pack/index.ts';
import { GATE, makeWorld, NOW_MS, type World } from './world.fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'anlian-gate-'));
afterAll(() => rmSync(root, { recursive: true }));

let world: World;
let dir: string;
let directories = 0;
beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(() => {
  dir = join(root, String(++directories));
});

const syncedGate = async (changes: Partial<GateOptions> = {}): Promise<Gate> => {
  const gate = await world.gate(dir, changes);
  onTestFinished(() => gate.close());
  return gate;
};
const recordOf = async (jws: string, gate: Gate): Promise<DecisionRecord> =>
  DecisionRecord.parse(await openJws(jws, DECISION_TYPE, [gate.key]));
const SUPERVISOR = `cas_${'0a'.repeat(16)}`;

describe('a passage', () => {
  it('is allowed, signed by the gate, and decided again from its record alone', async () => {
    const gate = await syncedGate();
    const passage = await gate.decide({ text: await world.show(NOW_MS), direction: 'in', workClass: 'hot_work' });
    expect(passage).toMatchObject({
      seq: 1,
      decision: { outcome: 'allow', reasons: [] },
      person: { name: '阿依·买买提' },
    });
    const record = await recordOf(passage.record, gate);
    expect(record).toMatchObject({ kind: 'presentation', gate: GATE, site: SITE, seq: 1, previous: null });
    expect(record.kind === 'presentation' && decide(record.inputs)).toEqual(passage.decision);
  });

  it('leaves no name in its record', async () => {
    const gate = await syncedGate();
    const { record } = await gate.decide({ text: await world.show(NOW_MS), direction: 'in' });
    expect(new TextDecoder().decode(fromBase64Url(record.split('.')[1] ?? ''))).not.toContain('买买提');
  });

  it('is chained to the one before it by number and digest', async () => {
    const gate = await syncedGate();
    const first = await gate.decide({ text: await world.show(NOW_MS), direction: 'in' });
    const second = await gate.emergency({ direction: 'out', persons: 3 });
    const record = await recordOf(second.logged?.record ?? '', gate);
    expect(record).toMatchObject({ kind: 'emergency', persons: 3, seq: 2, previous: await textDigest(first.record) });
  });

  it('judges a worker without a class named by the most demanding authorised one', async () => {
    const gate = await syncedGate();
    expect((await gate.decide({ text: await world.show(NOW_MS), direction: 'in' })).workClass).toBe('hot_work');
  });

  const stranger = signer();
  it.each([
    ['1 MB of text', async () => '9'.repeat(1 << 20), 'presentation_unreadable'],
    ['nothing', async () => '', 'presentation_unreadable'],
    ['nested arrays', async () => codeText('a.example', new Uint8Array(300).fill(0x81)), 'presentation_unreadable'],
    [
      'a byte after the pass',
      async () => codeText('a.example', Uint8Array.of(...world.pass, 0)),
      'presentation_unreadable',
    ],
    ['another phone', () => world.show(NOW_MS, stranger), 'holder_mismatch'],
    ['61 s ago', () => world.show(NOW_MS - 61_000), 'presentation_stale'],
    ['31 s ahead', () => world.show(NOW_MS + 31_000), 'clock_ahead'],
  ])('shown %s is denied by name, and recorded', async (_what, show, code) => {
    const gate = await syncedGate();
    const passage = await gate.decide({ text: await show(), direction: 'in', workClass: 'hot_work' });
    expect(passage.decision).toMatchObject({ outcome: 'deny', reasons: [{ code }] });
    expect((await recordOf(passage.record, gate)).seq).toBe(1);
  });

  it('by a pass of an issuer that the lists do not know is denied', async () => {
    const gate = await syncedGate();
    await gate.sync(() => world.pack({ rows: world.rows().filter(({ t }) => t !== 'b-key') }));
    const { decision } = await gate.decide({ text: await world.show(NOW_MS), direction: 'in' });
    expect(decision.reasons.map(({ code }) => code)).toEqual(['key_unknown']);
  });

  it('is refused the second time the same picture is shown, also after a restart', async () => {
    const text = await world.show(NOW_MS);
    const gate = await world.gate(dir);
    await gate.decide({ text, direction: 'in' });
    const again = await gate.decide({ text, direction: 'in' });
    expect(again.decision.reasons).toMatchObject([{ code: 'replayed', effect: 'deny' }]);
    gate.close();
    const reopened = await syncedGate();
    const third = await reopened.decide({ text, direction: 'out' });
    expect(third.decision.reasons).toMatchObject([{ code: 'replayed' }]);
    expect(third.seq).toBe(3);
  });

  it('of one picture at eight lanes at once happens once', async () => {
    const gate = await syncedGate();
    const text = await world.show(NOW_MS);
    const lanes = await Promise.all(Array.from({ length: 8 }, () => gate.decide({ text, direction: 'in' })));
    expect(lanes.filter(({ decision }) => decision.outcome === 'allow')).toHaveLength(1);
    expect(lanes.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('without any lists is held for the administrator', async () => {
    const gate = await openGate(world.options(dir));
    onTestFinished(() => gate.close());
    const { decision } = await gate.decide({ text: await world.show(NOW_MS), direction: 'in' });
    expect(decision).toMatchObject({ outcome: 'hold', hold: { owner: 'administrator' } });
    expect(decision.reasons.map(({ code }) => code)).toContain('gate_unsynced');
  });
});

describe('a company’s code beside the pass', () => {
  const shown = async (exp = NOW_MS / 1000 + 60) =>
    codeText('a.example', await encodeCompanyCode(companyClaims({ exp }), world.port.kid, world.port.sign));

  it('adds its own reasons', async () => {
    const gate = await syncedGate();
    const text = await world.show(NOW_MS);
    const { decision } = await gate.decide({ text, direction: 'in', code: await shown(NOW_MS / 1000) });
    expect(decision).toMatchObject({ outcome: 'allow', reasons: [{ code: 'code_expired' }] });
  });

  it('that was revoked denies', async () => {
    const gate = await syncedGate();
    const revoked = { t: 'c-revoked-code', code: `cod_${'07'.repeat(16)}` } as const;
    await gate.sync(() => world.pack({ rows: [...world.rows(), revoked] }));
    const { decision } = await gate.decide({ text: await world.show(NOW_MS), direction: 'in', code: await shown() });
    expect(decision.reasons.map(({ code }) => code)).toEqual(['code_revoked']);
  });

  it('that does not verify is refused before anything is decided', async () => {
    const gate = await syncedGate();
    const request = { text: await world.show(NOW_MS), direction: 'in', code: '123' } as const;
    await expect(gate.decide(request)).rejects.toMatchObject({ code: 'code_invalid', field: 'code' });
    expect(gate.status().lastSeq).toBe(0);
  });

  it('in place of the pass admits nobody', async () => {
    const gate = await syncedGate();
    const { decision, company } = await gate.decide({ text: await shown(), direction: 'in', workClass: 'general' });
    expect(decision.reasons.map(({ code }) => code)).toEqual(['presentation_unreadable']);
    expect(company).toBe('鼎固建设工程');
  });
});

describe('a hold', () => {
  const release = { answer: 'released', reason: 'identity_confirmed', supervisor: SUPERVISOR } as const;

  it('is released once, by a signed record that names what it answers', async () => {
    const gate = await syncedGate();
    const held = await gate.decide({ text: world.badge(), direction: 'in', workClass: 'hot_work' });
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
    const gate = await syncedGate({ clock: () => nowMs });
    await gate.decide({ text: world.badge(), direction: 'in' });
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
    const gate = await syncedGate();
    await gate.decide({ text: await world.show(NOW_MS), direction: 'in' });
    await gate.decide({ text: world.badge(), direction: 'in' });
    await expect(gate.release(seq, answer)).rejects.toMatchObject({ code });
    expect(gate.status().lastSeq).toBe(2);
  });
});

describe('an emergency', () => {
  it('passes and is logged also where the gate knows nothing', async () => {
    const gate = await openGate(world.options(dir));
    onTestFinished(() => gate.close());
    expect(await gate.emergency({ direction: 'out', persons: 40 })).toMatchObject({
      outcome: 'allow',
      logged: { seq: 1 },
    });
  });

  it.each([0, -1, 1.5, 10_001, Number.NaN])('of %d persons is a slip of the finger', async (persons) => {
    const gate = await syncedGate();
    await expect(gate.emergency({ direction: 'out', persons })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('the clock', () => {
  it('10 minutes back after a decision: effective time goes on, high-risk work is held', async () => {
    let nowMs = NOW_MS + 600_000;
    let elapsedMs = 0;
    const gate = await syncedGate({ clock: () => nowMs, monotonic: () => elapsedMs, bootId: 'a' });
    await gate.emergency({ direction: 'in', persons: 1 });
    nowMs -= 600_000;
    elapsedMs = 5_000;
    expect(gate.status().clock).toMatchObject({ state: 'rolled_back', effective: '2026-11-22T00:10:05.000Z' });
    const text = await world.show(NOW_MS + 605_000);
    const { decision } = await gate.decide({ text, direction: 'in', workClass: 'hot_work' });
    expect(decision).toMatchObject({ outcome: 'hold', reasons: [{ code: 'clock_rolled_back' }] });
    const badge = { text: await world.show(NOW_MS + 601_000), direction: 'in', workClass: 'general' } as const;
    expect((await gate.decide(badge)).decision.outcome).toBe('allow');
  });

  it('10 minutes slow at a sync: the pack’s own time is the floor', async () => {
    const gate = await syncedGate({ clock: () => NOW_MS - 600_000 });
    expect(gate.status().clock).toMatchObject({ state: 'rolled_back', effective: '2026-11-22T00:00:00.000Z' });
  });

  it('10 minutes fast against the node’s: a sync does not confirm it', async () => {
    const gate = await syncedGate({ clock: () => NOW_MS + 600_000, bootId: 'a' });
    await gate.sync(async () => ({ ...(await world.pack()), serverMs: NOW_MS }));
    expect(gate.status().clock.state).toBe('unconfirmed');
  });

  it('after a restart of the machine is in doubt until the next sync', async () => {
    const first = await world.gate(dir, { bootId: 'a' });
    expect(first.status().clock.state).toBe('trusted');
    first.close();
    const gate = await openGate(world.options(dir, { bootId: 'b' }));
    onTestFinished(() => gate.close());
    expect(gate.status().clock.state).toBe('unconfirmed');
    await gate.sync(async () => ({ ...(await world.pack()), serverMs: NOW_MS }));
    expect(gate.status().clock.state).toBe('trusted');
  });

  it('after a restart of the program alone goes on', async () => {
    let elapsedMs = 1_000;
    const first = await world.gate(dir, { bootId: 'a', monotonic: () => elapsedMs });
    first.close();
    elapsedMs = 61_000;
    const gate = await openGate(world.options(dir, { bootId: 'a', monotonic: () => elapsedMs }));
    onTestFinished(() => gate.close());
    expect(gate.status().clock).toMatchObject({ state: 'rolled_back', effective: '2026-11-22T00:01:00.000Z' });
  });
});

describe('a gate’s directory', () => {
  it('belongs to one process at a time', async () => {
    await syncedGate();
    await expect(openGate(world.options(dir))).rejects.toMatchObject({ code: 'data_dir_locked' });
  });

  it('keeps two keys, readable by their owner only, over restarts', async () => {
    const first = await world.gate(dir);
    const keys = [first.key.kid, first.signIn.kid];
    first.close();
    const gate = await syncedGate();
    expect([gate.key.kid, gate.signIn.kid]).toEqual(keys);
    expect(keys[0]).not.toBe(keys[1]);
    for (const name of ['gate-key.jwk', 'sign-in-key.jwk']) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  it('of another site is refused', async () => {
    (await world.gate(dir)).close();
    await expect(openGate(world.options(dir, { site: 'container-1' }))).rejects.toMatchObject({
      code: 'configuration_invalid',
    });
  });

  it('with a damaged key is refused without quoting it', async () => {
    (await world.gate(dir)).close();
    const file = join(dir, 'gate-key.jwk');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    const refusal: unknown = await openGate(world.options(dir)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'configuration_invalid' });
    expect(String(refusal)).not.toContain('"d"');
  });
});

describe('a revoked certificate', () => {
  it('turns the gate at the next sync, and not before', async () => {
    const gate = await syncedGate();
    const ask = async (atMs: number) =>
      (await gate.decide({ text: await world.show(atMs), direction: 'in', workClass: 'hot_work' })).decision;
    expect((await ask(NOW_MS)).outcome).toBe('allow');
    const revoked = workerFacts({ ...world.worker, papers: [paper('special_work_welding', { standing: 'revoked' })] });
    await gate.sync(() => world.pack({ rows: world.rows([revoked]), height: 42 }));
    expect(await ask(NOW_MS + 30_000)).toMatchObject({ outcome: 'deny', reasons: [{ code: 'certificate_revoked' }] });
  });
});
