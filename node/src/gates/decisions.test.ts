import { type DecisionSummary, type Gate, type Muster, toInstant } from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { evidence } from '../evidence/tables.ts';
import { COMPANIES, type MemberNode, NOW_MS } from '../workers/fixtures/memberNode.ts';
import * as scenes from '../workers/fixtures/scenes.ts';
import {
  chain,
  head,
  MANAGER,
  presentation,
  registerGate,
  SUPERVISOR,
  signed,
  startPort,
  stranger,
  type TestGate,
  upload,
} from './fixtures/gateScenes.ts';
import { gateDecisions } from './tables.ts';

describe.each(eachDatabase)('decisions on $name', (database) => {
  let port: MemberNode;

  let stop: () => void;
  beforeAll(async () => {
    ({ port, stop } = await startPort(database));
  });
  afterAll(() => stop?.());

  it('are stored with a leaf each, and may be sent again', async () => {
    const gate = await registerGate(port);
    const decisions = chain(gate, [
      presentation({ pass: stranger() }),
      presentation({ pass: stranger(), direction: 'out' }),
    ]);
    expect((await upload(port, gate, decisions.slice(0, 1))).body).toEqual({ upTo: 1 });
    expect((await upload(port, gate, decisions)).body).toEqual({ upTo: 2 });
    expect((await upload(port, gate, decisions)).body).toEqual({ upTo: 2 });
    const leaves = await port.deps.db.select().from(evidence).where(eq(evidence.gate, gate.gate));
    expect(leaves.map(({ gateSeq, record }) => [gateSeq, record]).sort()).toEqual(
      decisions.map((jws, at) => [at + 1, jws]),
    );
    const listed = await port.call(SUPERVISOR, 'GET', `/decisions?gate=${gate.gate}&limit=1`);
    const { items, next } = listed.body as { items: DecisionSummary[]; next: string };
    expect(items).toMatchObject([{ seq: 2, direction: 'out', outcome: 'allow' }]);
    const rest = await port.call(SUPERVISOR, 'GET', `/decisions?gate=${gate.gate}&cursor=${next}`);
    expect(rest.body).toMatchObject({ items: [{ seq: 1 }] });
    const gates = (await port.call(MANAGER, 'GET', '/gates')).body as { items: Gate[] };
    expect(gates.items.find((one) => one.gate === gate.gate)).toMatchObject({
      upTo: 2,
      lastUploadAt: toInstant(NOW_MS),
    });
  });

  it('with a number missing name the one that is expected, and nothing is stored', async () => {
    const gate = await registerGate(port);
    const decisions = chain(
      gate,
      [1, 2, 3, 4].map(() => presentation({ pass: stranger() })),
    );
    await upload(port, gate, decisions.slice(0, 1));
    const gap = await upload(port, gate, decisions.slice(2));
    expect([gap.status, gap.body]).toEqual([409, expect.objectContaining({ code: 'decision_gap', expected: 2 })]);
    expect(await port.deps.db.select().from(gateDecisions).where(eq(gateDecisions.gate, gate.gate))).toHaveLength(1);
    expect((await upload(port, gate, decisions)).body).toEqual({ upTo: 4 });
  });

  it('with another content under a number that is taken are kept against the gate, and refused', async () => {
    const gate = await registerGate(port);
    const [one, two] = [
      chain(gate, [presentation({ pass: stranger() })]),
      chain(gate, [presentation({ pass: stranger(), outcome: 'deny' })]),
    ];
    await upload(port, gate, one);
    expect((await upload(port, gate, two)).body).toMatchObject({ code: 'decision_fork' });
    expect((await upload(port, gate, two)).body).toMatchObject({ code: 'decision_fork' });
    const leaves = await port.deps.db.select().from(evidence).where(eq(evidence.gate, gate.gate));
    expect(leaves.map(({ record }) => record)).toEqual([...one, ...two]);
    const gates = (await port.call(MANAGER, 'GET', '/gates')).body as { items: Gate[] };
    expect(gates.items.find((each) => each.gate === gate.gate)).toMatchObject({ state: 'forked' });
    const alerts = await port.call(SUPERVISOR, 'GET', '/alerts');
    expect(alerts.body).toMatchObject({ items: [{ kind: 'decision_fork', gate: gate.gate, seq: 1 }] });
  });

  it('that name another past than the node holds are a fork too', async () => {
    const gate = await registerGate(port);
    const [first] = chain(gate, [presentation({ pass: stranger() })]);
    await upload(port, gate, [first ?? '']);
    const orphan = signed(gate, {
      ...head(gate, 2, 'A'.repeat(43), toInstant(NOW_MS)),
      ...presentation({ pass: stranger() }),
    });
    expect((await upload(port, gate, [orphan])).body).toMatchObject({ code: 'decision_fork' });
  });

  it.each<[string, (gate: TestGate, other: TestGate) => string]>([
    [
      'signed by another gate’s key',
      (gate, other) =>
        signed(
          { ...gate, key: other.key },
          { ...head(gate, 1, null, toInstant(NOW_MS)), ...presentation({ pass: stranger() }) },
        ),
    ],
    [
      'of another gate',
      (gate, other) =>
        signed(gate, { ...head(other, 1, null, toInstant(NOW_MS)), ...presentation({ pass: stranger() }) }),
    ],
    [
      'of another site',
      (gate) =>
        signed(gate, {
          ...head(gate, 1, null, toInstant(NOW_MS)),
          site: 'paint-shop',
          ...presentation({ pass: stranger() }),
        }),
    ],
    [
      'of another type',
      (gate) =>
        signed(
          gate,
          { ...head(gate, 1, null, toInstant(NOW_MS)), ...presentation({ pass: stranger() }) },
          'anlian-pack+jwt',
        ),
    ],
    [
      'with a field too many',
      (gate) =>
        signed(gate, { ...head(gate, 1, null, toInstant(NOW_MS)), ...presentation({ pass: stranger() }), note: 'x' }),
    ],
    ['that are no JWS', () => 'a.b.c'],
  ])('%s are refused', async (_case, forge) => {
    const [gate, other] = [await registerGate(port), await registerGate(port)];
    const refused = await upload(port, gate, [forge(gate, other)]);
    expect(refused.body).toMatchObject({ code: 'invalid_input', field: '/decisions/0' });
    expect(await port.deps.db.select().from(gateDecisions).where(eq(gateDecisions.gate, gate.gate))).toEqual([]);
  });

  it('of two gates that took one picture for good raise one alert', async () => {
    const [one, two] = [await registerGate(port), await registerGate(port)];
    const pass = stranger();
    await upload(port, one, chain(one, [presentation({ pass })]));
    await upload(
      port,
      two,
      chain(two, [presentation({ pass, outcome: 'deny' }), presentation({ pass, outcome: 'hold' })]),
    );
    const alerts = (await port.call(SUPERVISOR, 'GET', '/alerts')).body as {
      items: { kind: string; pass: string }[];
    };
    expect(alerts.items.filter((alert) => alert.pass === pass)).toMatchObject([
      { kind: 'presentation_reused', gate: two.gate, seq: 2, other: { gate: one.gate, seq: 1 } },
    ]);
  });

  const muster = async () => (await port.call(SUPERVISOR, 'GET', '/sites/pier-1/muster')).body as Muster;

  it('say who is inside: entries, exits and releases, whichever gate delivers first', async () => {
    const before = (await muster()).emergency;
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 103);
    const { passId } = await scenes.claimed(
      port,
      scenes.phone(),
      scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker)),
    );
    const inside = async () => (await muster()).persons.find(({ pass }) => pass === passId);
    const [one, two] = [await registerGate(port), await registerGate(port)];
    const release = {
      kind: 'release',
      of: 1,
      answer: 'released',
      reason: 'identity_confirmed',
      supervisor: `cas_${'0'.repeat(32)}`,
      direction: 'in',
      pass: passId,
    };
    const held = chain(one, [
      presentation({ pass: passId, outcome: 'hold' }),
      release,
      { kind: 'emergency', direction: 'in', persons: 3 },
    ]);
    await upload(port, one, held.slice(0, 1));
    expect(await inside()).toBeUndefined();
    await upload(
      port,
      two,
      chain(
        two,
        [presentation({ pass: passId, direction: 'out', presentedAt: toInstant(NOW_MS + 1) })],
        NOW_MS + 3_600_000,
      ),
    );
    await upload(port, one, held);
    expect(await inside()).toBeUndefined();
    expect((await muster()).emergency).toBe(before + 3);
    const visits = await port.call(
      SUPERVISOR,
      'GET',
      `/sites/pier-1/visits?from=${toInstant(NOW_MS)}&to=${toInstant(NOW_MS + 7_200_000)}&pass=${passId}`,
    );
    expect(visits.body).toMatchObject({
      items: [
        {
          state: { code: 'exited', text: { zh: '已离场' } },
          company: COMPANIES.anlan,
          exitedAt: toInstant(NOW_MS + 3_600_000),
        },
      ],
    });
  });

  it('let in name the person on the muster list', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 104);
    const { passId } = await scenes.claimed(
      port,
      scenes.phone(),
      scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker)),
    );
    const gate = await registerGate(port);
    await upload(port, gate, chain(gate, [presentation({ pass: passId })]));
    const { persons, byCompany } = await muster();
    expect(persons.find(({ pass }) => pass === passId)).toMatchObject({
      name: '王104',
      trade: '焊工',
      gate: gate.gate,
    });
    expect(byCompany.find(({ company }) => company === COMPANIES.anlan)?.persons).toBeGreaterThan(0);
  });

  const position = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  it.each<[string, string]>([
    ['/decisions', '1'],
    ['/decisions', position('a')],
    ['/decisions', position(1, 2)],
    ['/decisions', position('2026-11-22T08:00:00.000Z', 'a\u0000')],
    ['/alerts', '-1'],
    ['/alerts', '0x1'],
    ['/alerts', '1e3'],
    ['/alerts', '1.5'],
    ['/alerts', 'x'],
    ['/alerts', '9'.repeat(16)],
  ])('in %s are not looked for from a place that no page gave (%s)', async (path, cursor) => {
    const { status, body } = await port.call(SUPERVISOR, 'GET', `${path}?cursor=${cursor}`);
    expect([status, body]).toMatchObject([400, { code: 'invalid_input', field: 'cursor' }]);
  });
});
