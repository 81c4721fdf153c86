import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  type ClientJwk,
  canonicalBytes,
  DECISION_TYPE,
  type DecisionRecord,
  type DecisionSummary,
  type Gate,
  ClientJwk as Jwk,
  type Muster,
  type PackRow,
  toBase64Url,
  toInstant,
} from '@anlian/contracts';
import { present } from '@anlian/sdk/code';
import { openPack } from '@anlian/sdk/gate';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { companyNames } from '../contractors/tables.ts';
import { evidence } from '../evidence/tables.ts';
import { tenants } from '../network/tables.ts';
import { beginning, COMPANIES, type MemberNode, NOW_MS, startMember } from '../workers/fixtures/memberNode.ts';
import * as scenes from '../workers/fixtures/scenes.ts';
import { gateDecisions, packs } from './tables.ts';

const SUPERVISOR = 'supervisor.hengyuan';
const MANAGER = 'safety_manager.hengyuan';

interface TestGate {
  readonly gate: string;
  readonly as: string;
  readonly key: KeyObject;
  readonly kid: string;
}

const keyPair = (): { jwk: ClientJwk; key: KeyObject } => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { jwk: Jwk.parse(publicKey.export({ format: 'jwk' })), key: privateKey };
};

const registerGate = async (node: MemberNode, site = 'pier-1'): Promise<TestGate> => {
  const [gateKey, clientKey] = [keyPair(), keyPair()];
  const answer = await node.call('administrator.hengyuan', 'POST', '/gates', {
    site,
    label: { zh: '一号门', en: 'Gate one' },
    gateKey: gateKey.jwk,
    clientKey: clientKey.jwk,
  });
  const { gate, kid } = z.object({ gate: z.string(), kid: z.string() }).parse(answer.body);
  return { gate, kid, as: `gate.hengyuan.${gate}`, key: gateKey.key };
};

const signed = ({ key, kid }: TestGate, record: object, typ = DECISION_TYPE): string => {
  const encode = (value: unknown) => toBase64Url(canonicalBytes(value));
  const input = `${encode({ alg: 'ES256', kid, typ })}.${encode(record)}`;
  return `${input}.${toBase64Url(sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }))}`;
};
const digest = (jws: string) => createHash('sha256').update(jws).digest('base64url');

const head = (gate: TestGate, seq: number, previous: string | null, at: string) => ({
  v: 1 as const,
  decision: `dec_${createHash('sha256').update(`${gate.gate}/${seq}/${at}`).digest('hex').slice(0, 32)}`,
  gate: gate.gate,
  member: 'hengyuan',
  site: 'pier-1',
  seq,
  previous,
  at,
});

interface Shown {
  readonly pass: string;
  readonly direction?: 'in' | 'out';
  readonly outcome?: 'allow' | 'hold' | 'deny';
  readonly presentedAt?: string;
}
const presentation = ({ pass, direction = 'in', outcome = 'allow', presentedAt = toInstant(NOW_MS) }: Shown) => ({
  kind: 'presentation' as const,
  presented: null,
  inputs: {
    direction,
    workClass: 'general' as const,
    presentation: {
      form: 'pass' as const,
      pass,
      issuer: 'hengyuan',
      employer: COMPANIES.anlan,
      holderKey: 'A'.repeat(43),
      issuedAt: toInstant(NOW_MS),
      expiresAt: toInstant(NOW_MS + 1_000_000),
      presentedAt,
      seenBefore: false,
    },
    code: null,
    worker: null,
    company: null,
    policy: null,
    personOffSiteAt: null,
    pack: null,
    clock: { effective: toInstant(NOW_MS), raw: toInstant(NOW_MS), state: 'trusted' as const },
  },
  result: {
    outcome,
    reasons: [],
    hold: outcome === 'hold' ? { owner: 'supervisor' as const, timeoutSeconds: 300 } : null,
  },
});

/** Decisions of one gate from its first on, each naming the one before. */
const chain = (gate: TestGate, bodies: readonly object[], fromMs = NOW_MS): string[] => {
  const decisions: string[] = [];
  for (const [at, body] of bodies.entries()) {
    const previous = decisions.at(-1);
    const place = head(gate, at + 1, previous === undefined ? null : digest(previous), toInstant(fromMs + at * 60_000));
    decisions.push(signed(gate, { ...place, ...body } as DecisionRecord));
  }
  return decisions;
};

/** A pass of somebody whom nothing else in this file is about. */
const stranger = () => `pas_${randomBytes(16).toString('hex')}`;

describe.each(eachDatabase)('gates on $name', ({ open }) => {
  const nodes = new Map<string, MemberNode>();
  let port: MemberNode;
  beforeAll(async () => {
    port = await startMember((await open()).db, 'hengyuan', nodes);
    const cars = await startMember((await open()).db, 'qichuan', nodes);
    nodes.set('hengyuan', port).set('qichuan', cars);
    for (const node of [port, cars]) await node.tell(...beginning([port, cars]));
    await port.deps.db.insert(tenants).values({
      member: 'anlan',
      company: COMPANIES.anlan,
      nameZh: '安澜建设',
      nameEn: 'Anlan',
      descriptor: { member: 'anlan', company: COMPANIES.anlan, kind: 'participant', sponsor: 'hengyuan', keys: [] },
    });
  });
  afterAll(() => {
    for (const node of nodes.values()) node.stop();
  });

  const upload = (gate: TestGate, decisions: readonly string[]) =>
    port.call(gate.as, 'POST', `/gates/${gate.gate}/decisions`, { decisions });
  const muster = async () => (await port.call(SUPERVISOR, 'GET', '/sites/pier-1/muster')).body as Muster;
  const lists = async (gate: TestGate, previous: { height: number; madeAt: string } | null = null) => {
    const { body } = await port.call(gate.as, 'GET', `/gates/${gate.gate}/pack`);
    const pack = z.object({ jws: z.string(), rows: z.string() }).parse(body);
    const packKeys = [port.deps.keys.key('pack').descriptor];
    return openPack(pack, { packKeys, member: 'hengyuan', site: 'pier-1', previous });
  };
  const rowOf = <T extends PackRow['t']>(rows: readonly PackRow[], t: T) =>
    rows.filter((row): row is Extract<PackRow, { t: T }> => row.t === t);

  describe('the requirement set', () => {
    it('is versioned; a writer who has not seen the last version is refused', async () => {
      expect((await port.call(MANAGER, 'GET', '/sites/pier-1/policy')).status).toBe(404);
      const gate = await registerGate(port);
      expect((await port.call(gate.as, 'GET', `/gates/${gate.gate}/pack`)).body).toMatchObject({
        code: 'site_policy_missing',
      });
      expect((await scenes.putPolicy(port, 'pier-1')).body).toMatchObject({ version: 1 });
      expect((await scenes.putPolicy(port, 'pier-1')).body).toMatchObject({ code: 'version_conflict' });
      const read = await port.call(MANAGER, 'GET', '/sites/pier-1/policy');
      expect(read.headers.get('etag')).toBe('"1"');
      expect((await scenes.putPolicy(port, 'pier-1', 1)).body).toMatchObject({ version: 2 });
      const history = await port.call(MANAGER, 'GET', '/sites/pier-1/policy/history');
      expect(history.body).toMatchObject({ items: [{ version: 1 }, { version: 2 }] });
    });

    it('is the owner’s: others are told of no such site, other roles are refused', async () => {
      expect((await scenes.putPolicy(port, 'paint-shop')).body).toMatchObject({ code: 'not_found' });
      const put = (as: string) =>
        port.call(as, 'PUT', '/sites/pier-1/policy', scenes.sitePolicy, { 'if-match': '"2"' });
      expect((await put('supervisor.hengyuan')).body).toMatchObject({ code: 'forbidden' });
      expect((await put('safety_manager.anlan')).body).toMatchObject({ code: 'not_found' });
      expect((await put('')).body).toMatchObject({ code: 'unauthenticated' });
    });

    it.each([
      [
        'two requirements of one id',
        { requirements: [scenes.sitePolicy.requirements[0], scenes.sitePolicy.requirements[0]] },
      ],
      [
        'an unknown certificate',
        {
          requirements: [{ ...scenes.sitePolicy.requirements[0], need: { need: 'worker_certificate', types: ['x'] } }],
        },
      ],
      ['an unknown field', { anything: 1 }],
    ])('is refused with %s', async (_case, change) => {
      const put = await scenes.putPolicy(port, 'pier-1', 2, { ...scenes.sitePolicy, ...change });
      expect(put.body).toMatchObject({ code: 'invalid_input' });
    });
  });

  describe('a sync pack', () => {
    it('holds for each worker what a decision needs, and opens as the gate opens it', async () => {
      const gate = await registerGate(port);
      const worker = await scenes.enterWorker(port, 'clerk.anlan', 101);
      const credential = await scenes.registerWelding(port, [port], worker);
      const enrolled = await scenes.enrol(port, 'clerk.anlan', worker);
      expect(rowOf((await lists(gate)).rows, 'e-worker').map(({ facts }) => facts.pass)).not.toContain(enrolled.pass);
      const phone = scenes.phone();
      await scenes.claimed(port, phone, scenes.tokenOf(enrolled));
      const { rows, header } = await lists(gate);
      const found = rowOf(rows, 'e-worker').find(({ facts }) => facts.pass === enrolled.pass);
      expect(found?.facts).toMatchObject({
        employer: COMPANIES.anlan,
        issuer: 'hengyuan',
        workClasses: ['general', 'hot_work'],
        papers: [{ credential, standing: 'in_force', reviewBy: '2027-12-31' }],
        turns: [{ years: 56, on: '2026-06-01' }],
        points: 0,
        suspendedSince: null,
      });
      expect(found?.person).toEqual({ name: '王101', trade: '焊工', portrait: null });
      expect(JSON.stringify(found)).not.toContain('1970');
      const company = rowOf(rows, 'd-company').find(({ facts }) => facts.company === COMPANIES.anlan);
      expect(company?.facts).toMatchObject({ admission: { releasedAt: null }, suspendedSince: null });
      expect(company?.facts.scores[0]).toMatchObject({ score: expect.any(Number) });
      expect(
        rowOf(rows, 'b-key')
          .map(({ member, key }) => `${member} ${key.use}`)
          .sort(),
      ).toEqual(['hengyuan code', 'hengyuan pack', 'qichuan code']);
      expect(company?.name).toBe('安澜建设');
      expect(header.count).toBe(rows.length);
    });

    it('tells of a pack key of the own member that was added, and of one that was retired or compromised', async () => {
      const gate = await registerGate(port);
      const { descriptor } = port.deps.keys.key('pack');
      const spare = { ...descriptor, kid: 'A'.repeat(43) };
      const packKeys = async () =>
        rowOf((await lists(gate)).rows, 'b-key')
          .filter(({ key }) => key.use === 'pack')
          .map(({ member, key, to }) => [member, key.kid, to])
          .sort();
      const live = ['hengyuan', descriptor.kid, null];
      await port.tell({ name: 'member.key_registered', data: { member: 'hengyuan', key: spare } });
      expect(await packKeys()).toEqual([live, ['hengyuan', spare.kid, null]].sort());
      const compromisedSince = toInstant(NOW_MS);
      await port.tell({
        name: 'member.key_retired',
        data: { member: 'hengyuan', kid: spare.kid, compromisedSince },
      });
      expect(await packKeys()).toEqual([live, ['hengyuan', spare.kid, toInstant(NOW_MS)]].sort());
    });

    it('calls a company by the name given here, else as a tenant, else as the node itself, else by its id', async () => {
      const gate = await registerGate(port);
      const { db } = port.deps;
      const admission = `adm_${'9'.repeat(32)}`;
      const from = toInstant(NOW_MS);
      await port.tell({
        name: 'site.admitted',
        data: { site: 'pier-1', company: COMPANIES.hengyuan, admission, from, owner: 'hengyuan' },
      });
      const nameOf = async (company: string) =>
        rowOf((await lists(gate)).rows, 'd-company').find(({ facts }) => facts.company === company)?.name;
      expect(await nameOf(COMPANIES.anlan)).toBe('安澜建设');
      expect(await nameOf(COMPANIES.hengyuan)).toBe(port.deps.config.name.zh);
      expect(await nameOf(COMPANIES.dinggu)).toBe(COMPANIES.dinggu);
      await db.insert(companyNames).values({ company: COMPANIES.dinggu, zh: '鼎固建设', en: 'Dinggu', version: 1 });
      expect(await nameOf(COMPANIES.dinggu)).toBe('鼎固建设');
    });

    it('follows a renewal that takes a paper’s place, until the renewal is revoked', async () => {
      const gate = await registerGate(port);
      const worker = await scenes.enterWorker(port, 'clerk.anlan', 106);
      const old = await scenes.registerWelding(port, [port], worker);
      const { passId } = await scenes.claimed(
        port,
        scenes.phone(),
        scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker)),
      );
      const papers = async () => {
        const found = rowOf((await lists(gate)).rows, 'e-worker').find((row) => row.facts.pass === passId);
        return new Map(found?.facts.papers.map((paper) => [paper.credential, paper]));
      };
      const args = await port.lastCommand('credential:register');
      const renewal = { ...args, credential: `crd_${'f'.repeat(32)}`, supersedes: old, validFrom: '2026-11-20' };
      await port.tell({ name: 'credential.registered', data: { ...renewal, attestor: 'hengyuan' } });
      const after = await papers();
      expect(after.get(old)).toMatchObject({ supersededFrom: '2026-11-20', standing: 'in_force' });
      expect(after.get(renewal.credential)).toMatchObject({ supersededFrom: null, validFrom: '2026-11-20' });
      await port.tell(scenes.revoked(renewal.credential));
      expect((await papers()).get(old)).toMatchObject({ supersededFrom: null });
    });

    it('names the pack before it, and is signed anew while the rows stay the same', async () => {
      const gate = await registerGate(port);
      const first = await lists(gate);
      port.time.ms += 60_000;
      const second = await lists(gate, first.header);
      port.time.ms -= 60_000;
      expect(second.header).toMatchObject({ previous: first.digest, rows: first.header.rows });
      expect(second.header.madeAt > first.header.madeAt).toBe(true);
      const leaves = (await port.deps.db.select().from(evidence).where(eq(evidence.kind, 'pack-made'))).filter(
        ({ record }) =>
          JSON.parse(Buffer.from(record.split('.')[1] ?? '', 'base64url').toString()).rows === first.header.rows,
      );
      expect(leaves).toHaveLength(1);
    });

    it('leaves the rows out for a gate that has them', async () => {
      const gate = await registerGate(port);
      const { header } = await lists(gate);
      const again = await port.call(gate.as, 'GET', `/gates/${gate.gate}/pack?have=${header.rows}`);
      expect(again.body).toEqual({ jws: expect.any(String) });
      const other = await port.call(gate.as, 'GET', `/gates/${gate.gate}/pack?have=${'A'.repeat(43)}`);
      expect(other.body).toMatchObject({ rows: expect.any(String) });
    });

    it('shows a suspension, a revocation and points at the next sync', async () => {
      const gate = await registerGate(port);
      const worker = await scenes.enterWorker(port, 'clerk.anlan', 102);
      const credential = await scenes.registerWelding(port, [port], worker);
      const { passId } = await scenes.claimed(
        port,
        scenes.phone(),
        scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker)),
      );
      const facts = async () =>
        rowOf((await lists(gate)).rows, 'e-worker').find((row) => row.facts.pass === passId)?.facts;
      const suspended = await port.call(MANAGER, 'POST', '/suspensions', {
        site: 'pier-1',
        subject: { kind: 'pass', pass: passId },
        reason: 'serious_violation',
      });
      const points = { pass: passId, clause: 'no_helmet', occurredAt: toInstant(NOW_MS - 1000) };
      expect((await port.call(MANAGER, 'POST', '/person-points', points)).body).toMatchObject({ points: 3, total: 3 });
      await port.tell(scenes.revoked(credential));
      expect(await facts()).toMatchObject({
        suspendedSince: toInstant(NOW_MS),
        points: 3,
        papers: [{ standing: 'revoked' }],
      });
      const { suspension } = z.object({ suspension: z.string() }).parse(suspended.body);
      expect((await port.call(MANAGER, 'POST', `/suspensions/${suspension}/end`)).body).toMatchObject({
        endedAt: toInstant(NOW_MS),
      });
      expect((await port.call(MANAGER, 'POST', `/suspensions/${suspension}/end`)).body).toMatchObject({
        code: 'invalid_transition',
      });
      expect(await facts()).toMatchObject({ suspendedSince: null });
    });

    it('shows a suspended company, and keeps a compromised key off the lists', async () => {
      const gate = await registerGate(port);
      await port.call(MANAGER, 'POST', '/suspensions', {
        site: 'pier-1',
        subject: { kind: 'company', company: COMPANIES.dinggu },
        reason: 'accident_inquiry',
      });
      const cars = nodes.get('qichuan');
      const kid = cars?.deps.keys.key('code').descriptor.kid ?? '';
      await port.tell({
        name: 'member.key_retired',
        data: { member: 'qichuan', kid, compromisedSince: toInstant(NOW_MS) },
      });
      const { rows } = await lists(gate);
      expect(
        rowOf(rows, 'd-company').find(({ facts }) => facts.company === COMPANIES.dinggu)?.facts.suspendedSince,
      ).toBe(toInstant(NOW_MS));
      expect(rowOf(rows, 'b-key').filter(({ member }) => member === 'qichuan')).toEqual([]);
    });

    it('is given to its own gate only', async () => {
      const [one, other] = [await registerGate(port), await registerGate(port)];
      const stolen = await port.call(other.as, 'GET', `/gates/${one.gate}/pack`);
      const absent = await port.call(other.as, 'GET', `/gates/gat_${'0'.repeat(32)}/pack`);
      expect(stolen.body).toMatchObject({ code: 'not_found' });
      expect(stolen.status).toBe(absent.status);
      expect((await port.call(MANAGER, 'GET', `/gates/${one.gate}/pack`)).body).toMatchObject({ code: 'forbidden' });
      expect((await upload(one, ['x'])).body).toMatchObject({ code: 'invalid_input', field: '/decisions/0' });
    });
  });

  describe('decisions', () => {
    it('are stored with a leaf each, and may be sent again', async () => {
      const gate = await registerGate(port);
      const decisions = chain(gate, [
        presentation({ pass: stranger() }),
        presentation({ pass: stranger(), direction: 'out' }),
      ]);
      expect((await upload(gate, decisions.slice(0, 1))).body).toEqual({ upTo: 1 });
      expect((await upload(gate, decisions)).body).toEqual({ upTo: 2 });
      expect((await upload(gate, decisions)).body).toEqual({ upTo: 2 });
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
      await upload(gate, decisions.slice(0, 1));
      const gap = await upload(gate, decisions.slice(2));
      expect([gap.status, gap.body]).toEqual([409, expect.objectContaining({ code: 'decision_gap', expected: 2 })]);
      expect(await port.deps.db.select().from(gateDecisions).where(eq(gateDecisions.gate, gate.gate))).toHaveLength(1);
      expect((await upload(gate, decisions)).body).toEqual({ upTo: 4 });
    });

    it('with another content under a number that is taken are kept against the gate, and refused', async () => {
      const gate = await registerGate(port);
      const [one, two] = [
        chain(gate, [presentation({ pass: stranger() })]),
        chain(gate, [presentation({ pass: stranger(), outcome: 'deny' })]),
      ];
      await upload(gate, one);
      expect((await upload(gate, two)).body).toMatchObject({ code: 'decision_fork' });
      expect((await upload(gate, two)).body).toMatchObject({ code: 'decision_fork' });
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
      await upload(gate, [first ?? '']);
      const orphan = signed(gate, {
        ...head(gate, 2, 'A'.repeat(43), toInstant(NOW_MS)),
        ...presentation({ pass: stranger() }),
      });
      expect((await upload(gate, [orphan])).body).toMatchObject({ code: 'decision_fork' });
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
      const refused = await upload(gate, [forge(gate, other)]);
      expect(refused.body).toMatchObject({ code: 'invalid_input', field: '/decisions/0' });
      expect(await port.deps.db.select().from(gateDecisions).where(eq(gateDecisions.gate, gate.gate))).toEqual([]);
    });

    it('of two gates that took one picture for good raise one alert', async () => {
      const [one, two] = [await registerGate(port), await registerGate(port)];
      const pass = stranger();
      await upload(one, chain(one, [presentation({ pass })]));
      await upload(two, chain(two, [presentation({ pass, outcome: 'deny' }), presentation({ pass, outcome: 'hold' })]));
      const alerts = (await port.call(SUPERVISOR, 'GET', '/alerts')).body as {
        items: { kind: string; pass: string }[];
      };
      expect(alerts.items.filter((alert) => alert.pass === pass)).toMatchObject([
        { kind: 'presentation_reused', gate: two.gate, seq: 2, other: { gate: one.gate, seq: 1 } },
      ]);
    });

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
      await upload(one, held.slice(0, 1));
      expect(await inside()).toBeUndefined();
      await upload(
        two,
        chain(
          two,
          [presentation({ pass: passId, direction: 'out', presentedAt: toInstant(NOW_MS + 1) })],
          NOW_MS + 3_600_000,
        ),
      );
      await upload(one, held);
      expect(await inside()).toBeUndefined();
      expect((await muster()).emergency).toBe(before + 3);
      const visits = await port.call(
        SUPERVISOR,
        'GET',
        `/sites/pier-1/visits?from=${toInstant(NOW_MS)}&to=${toInstant(NOW_MS + 7_200_000)}&pass=${passId}`,
      );
      expect(visits.body).toMatchObject({
        items: [{ state: 'exited', company: COMPANIES.anlan, exitedAt: toInstant(NOW_MS + 3_600_000) }],
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
      await upload(gate, chain(gate, [presentation({ pass: passId })]));
      const { persons, byCompany } = await muster();
      expect(persons.find(({ pass }) => pass === passId)).toMatchObject({
        name: '王104',
        trade: '焊工',
        gate: gate.gate,
      });
      expect(byCompany.find(({ company }) => company === COMPANIES.anlan)?.persons).toBeGreaterThan(0);
    });
  });

  it('a new invitation for a lost phone leaves evidence', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 107);
    const { pass } = await scenes.enrol(port, 'clerk.anlan', worker);
    expect((await port.call(MANAGER, 'POST', `/passes/${pass}/reissue-invite`)).status).toBe(200);
    const rows = await port.deps.db.select().from(evidence).where(eq(evidence.kind, 'record-changed'));
    const records = rows.map(({ record }) => JSON.parse(record));
    expect(records.filter((record) => record.pass === pass)).toEqual([
      { v: 1, kind: 'pass-reinvited', pass, for: 'hengyuan', at: toInstant(NOW_MS) },
    ]);
  });

  it('a gate’s decision key goes to the ledger, and never signs in', async () => {
    const { gate, kid } = await registerGate(port);
    expect(await port.lastCommand('member:register_key')).toMatchObject({ key: { kid, use: 'gate', gate } });
    const { jwk } = keyPair();
    const one = await port.call('administrator.hengyuan', 'POST', '/gates', {
      site: 'pier-1',
      label: { zh: '门', en: 'Gate' },
      gateKey: jwk,
      clientKey: jwk,
    });
    expect(one.body).toMatchObject({ code: 'invalid_input', field: '/clientKey' });
    const elsewhere = await port.call('administrator.hengyuan', 'POST', '/gates', {
      site: 'paint-shop',
      label: { zh: '门', en: 'Gate' },
      gateKey: jwk,
      clientKey: keyPair().jwk,
    });
    expect(elsewhere.body).toMatchObject({ code: 'not_found' });
  });

  it('a pass that the phone presents is the one whose key is on the lists', async () => {
    const gate = await registerGate(port);
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 105);
    const phone = scenes.phone();
    const { pass, passId } = await scenes.claimed(
      port,
      phone,
      scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker)),
    );
    const shown = await present(Buffer.from(pass, 'base64url'), NOW_MS / 1000, phone.sign);
    expect(shown.length).toBeLessThanOrEqual(355);
    const facts = rowOf((await lists(gate)).rows, 'e-worker').find((row) => row.facts.pass === passId)?.facts;
    expect(facts?.holderKey).toBe(createHash('sha256').update(canonicalBytes(phone.publicJwk)).digest('base64url'));
    expect(await port.deps.db.select().from(packs)).toHaveLength(1);
  });
});
