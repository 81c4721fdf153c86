import { fromBase64Url } from '@anlian/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { companyClaims, signer } from '../code/fixture.ts';
import { codeText } from '../code/link.ts';
import { encodeCompanyCode } from '../code/open.ts';
import { gateBench, recordOf } from './bench.fixture.ts';
import { decide } from './decide/index.ts';
import { paper, SITE, workerFacts } from './fixture.ts';
import { openGate } from './gate.ts';
import { textDigest } from './pack/index.ts';
import { GATE, NOW_MS } from './world.fixture.ts';

const bench = gateBench();

describe('a passage', () => {
  it('is allowed, signed by the gate, and decided again from its record alone', async () => {
    const gate = await bench.syncedGate();
    const passage = await gate.decide({ text: await bench.world.show(NOW_MS), direction: 'in', workClass: 'hot_work' });
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
    const gate = await bench.syncedGate();
    const { record } = await gate.decide({ text: await bench.world.show(NOW_MS), direction: 'in' });
    expect(new TextDecoder().decode(fromBase64Url(record.split('.')[1] ?? ''))).not.toContain('买买提');
  });

  it('is chained to the one before it by number and digest', async () => {
    const gate = await bench.syncedGate();
    const first = await gate.decide({ text: await bench.world.show(NOW_MS), direction: 'in' });
    const second = await gate.emergency({ direction: 'out', persons: 3 });
    const record = await recordOf(second.logged?.record ?? '', gate);
    expect(record).toMatchObject({ kind: 'emergency', persons: 3, seq: 2, previous: await textDigest(first.record) });
  });

  it('judges a worker without a class named by the most demanding authorised one', async () => {
    const gate = await bench.syncedGate();
    expect((await gate.decide({ text: await bench.world.show(NOW_MS), direction: 'in' })).workClass).toBe('hot_work');
  });

  const stranger = signer();
  it.each([
    ['1 MB of text', async () => '9'.repeat(1 << 20), 'presentation_unreadable'],
    ['nothing', async () => '', 'presentation_unreadable'],
    ['nested arrays', async () => codeText('a.example', new Uint8Array(300).fill(0x81)), 'presentation_unreadable'],
    [
      'a byte after the pass',
      async () => codeText('a.example', Uint8Array.of(...bench.world.pass, 0)),
      'presentation_unreadable',
    ],
    ['another phone', () => bench.world.show(NOW_MS, stranger), 'holder_mismatch'],
    ['61 s ago', () => bench.world.show(NOW_MS - 61_000), 'presentation_stale'],
    ['31 s ahead', () => bench.world.show(NOW_MS + 31_000), 'clock_ahead'],
  ])('shown %s is denied by name, and recorded', async (_what, show, code) => {
    const gate = await bench.syncedGate();
    const passage = await gate.decide({ text: await show(), direction: 'in', workClass: 'hot_work' });
    expect(passage.decision).toMatchObject({ outcome: 'deny', reasons: [{ code }] });
    expect((await recordOf(passage.record, gate)).seq).toBe(1);
  });

  it('by a pass of an issuer that the lists do not know is denied', async () => {
    const gate = await bench.syncedGate();
    await gate.sync(() => bench.world.pack({ rows: bench.world.rows().filter(({ t }) => t !== 'b-key') }));
    const { decision } = await gate.decide({ text: await bench.world.show(NOW_MS), direction: 'in' });
    expect(decision.reasons.map(({ code }) => code)).toEqual(['key_unknown']);
  });

  it('is refused the second time the same picture is shown, also after a restart', async () => {
    const text = await bench.world.show(NOW_MS);
    const gate = await bench.world.gate(bench.dir);
    await gate.decide({ text, direction: 'in' });
    const again = await gate.decide({ text, direction: 'in' });
    expect(again.decision.reasons).toMatchObject([{ code: 'replayed', effect: 'deny' }]);
    gate.close();
    const reopened = await bench.syncedGate();
    const third = await reopened.decide({ text, direction: 'out' });
    expect(third.decision.reasons).toMatchObject([{ code: 'replayed' }]);
    expect(third.seq).toBe(3);
  });

  it('of one picture at eight lanes at once happens once', async () => {
    const gate = await bench.syncedGate();
    const text = await bench.world.show(NOW_MS);
    const lanes = await Promise.all(Array.from({ length: 8 }, () => gate.decide({ text, direction: 'in' })));
    expect(lanes.filter(({ decision }) => decision.outcome === 'allow')).toHaveLength(1);
    expect(lanes.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('without any lists is held for the administrator', async () => {
    const gate = await openGate(bench.world.options(bench.dir));
    onTestFinished(() => gate.close());
    const { decision } = await gate.decide({ text: await bench.world.show(NOW_MS), direction: 'in' });
    expect(decision).toMatchObject({ outcome: 'hold', hold: { owner: 'administrator' } });
    expect(decision.reasons.map(({ code }) => code)).toContain('gate_unsynced');
  });
});

describe('a company’s code beside the pass', () => {
  const shown = async (exp = NOW_MS / 1000 + 60) =>
    codeText('a.example', await encodeCompanyCode(companyClaims({ exp }), bench.world.port.kid, bench.world.port.sign));

  it('adds its own reasons', async () => {
    const gate = await bench.syncedGate();
    const text = await bench.world.show(NOW_MS);
    const { decision } = await gate.decide({ text, direction: 'in', code: await shown(NOW_MS / 1000) });
    expect(decision).toMatchObject({ outcome: 'allow', reasons: [{ code: 'code_expired' }] });
  });

  it('that was revoked denies', async () => {
    const gate = await bench.syncedGate();
    const revoked = { t: 'c-revoked-code', code: `cod_${'07'.repeat(16)}` } as const;
    await gate.sync(() => bench.world.pack({ rows: [...bench.world.rows(), revoked] }));
    const { decision } = await gate.decide({
      text: await bench.world.show(NOW_MS),
      direction: 'in',
      code: await shown(),
    });
    expect(decision.reasons.map(({ code }) => code)).toEqual(['code_revoked']);
  });

  it('that does not verify is refused before anything is decided', async () => {
    const gate = await bench.syncedGate();
    const request = { text: await bench.world.show(NOW_MS), direction: 'in', code: '123' } as const;
    await expect(gate.decide(request)).rejects.toMatchObject({ code: 'code_invalid', field: 'code' });
    expect(gate.status().lastSeq).toBe(0);
  });

  it('in place of the pass admits nobody', async () => {
    const gate = await bench.syncedGate();
    const { decision, company } = await gate.decide({ text: await shown(), direction: 'in', workClass: 'general' });
    expect(decision.reasons.map(({ code }) => code)).toEqual(['presentation_unreadable']);
    expect(company).toBe('鼎固建设工程');
  });
});

describe('a revoked certificate', () => {
  it('turns the gate at the next sync, and not before', async () => {
    const gate = await bench.syncedGate();
    const ask = async (atMs: number) =>
      (await gate.decide({ text: await bench.world.show(atMs), direction: 'in', workClass: 'hot_work' })).decision;
    expect((await ask(NOW_MS)).outcome).toBe('allow');
    const revoked = workerFacts({
      ...bench.world.worker,
      papers: [paper('special_work_welding', { standing: 'revoked' })],
    });
    await gate.sync(() => bench.world.pack({ rows: bench.world.rows([revoked]), height: 42 }));
    expect(await ask(NOW_MS + 30_000)).toMatchObject({ outcome: 'deny', reasons: [{ code: 'certificate_revoked' }] });
  });
});
