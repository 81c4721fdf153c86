import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Persona } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSearch, type Sighting, tracesOf } from '../support/canary.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import { hostileRequests } from '../support/hostileRequests.ts';
import { madeUpPerson } from '../support/madeUpPeople.ts';
import { type Parts, partsOf } from '../support/parts.ts';
import { localFetch, type Person, type RawRequest, random } from '../support/people.ts';
import { COMPANY, employ, work } from '../support/personalTraffic.ts';
import { until } from '../support/until.ts';

const RECORDER = resolve(import.meta.dirname, '../support/recordRequests.ts');

const AN = madeUpPerson('worker of 鼎固');
const BO = madeUpPerson('worker of 安澜');
/** Known to nobody but the text of a report, and the lines of a company's paper. */
const CHEN = madeUpPerson('person in a report');
/** Known from hostile requests only. */
const DING = madeUpPerson('person in refused requests');
const ALL = [AN, BO, CHEN, DING].flatMap(({ canaries }) => canaries);

const search = createSearch(ALL);

/** Everything found where nothing may be: the message of a failed test. */
const sightingsIn = (place: string, bytes: Uint8Array): string[] =>
  search(bytes).map(({ canary, spelling, at }: Sighting) => `${place}, byte ${at}: ${canary}, ${spelling}`);

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('personal data that nodes hold', { timeout: 300_000 }, () => {
  const home = copyOfLoadedHome();
  const traffic = join(home.dir, 'traffic.ndjson');
  let parts: Parts;
  const at = (member: string, person: Persona, org?: string): Person => parts.people.person(member, person, org);
  /** Ids that the traffic made, to fill paths with. */
  const ids: Record<string, string> = {};
  /** What became of the requests that should be refused: status, method, path, code. */
  const answered: string[] = [];

  beforeAll(async () => {
    writeFileSync(traffic, '');
    parts = partsOf(home.dir, home.firstPort, {
      NODE_OPTIONS: `--import=${RECORDER}`,
      ANLIAN_TEST_TRAFFIC: traffic,
      ANLIAN_LOG_LEVEL: 'trace',
    });
    await parts.startAll();
    const scene = { homeDir: home.dir, at, people: { an: AN, bo: BO, chen: CHEN }, ids };
    await employ(scene);
    await work(scene);
    await misbehave();
    await settle();
  }, 300_000);
  afterAll(async () => {
    await parts?.stopAll();
    home.remove();
  });

  /** Sends what is refused, to two nodes and to the ledger, with a token and without. */
  const misbehave = async (): Promise<void> => {
    const requests = hostileRequests(DING, ids.worker ?? '');
    const { name, nationalId } = DING;
    for (const member of ['dinggu', 'hengyuan']) {
      for (const who of [at(member, 'clerk'), parts.people.nobody(member)]) {
        for (const one of requests) {
          // A method with a digit in it never leaves this process.
          const answer = await who.send(one).catch(() => undefined);
          if (answer !== undefined)
            answered.push(
              `${answer.status} ${one.method ?? 'GET'} ${one.path.slice(0, 60)} ${answer.problem?.code ?? ''}`,
            );
        }
      }
    }
    const ledger = `http://127.0.0.1:${parts.plan.ledgerPort}`;
    for (const path of ['/endorse', '/submit'])
      await localFetch(`${ledger}${path}`, { method: 'POST', body: `${name}${nationalId}` });
    for (const path of [`/blocks/${nationalId}`, `/blocks?from=${nationalId}`, `/${encodeURIComponent(name)}`])
      await (await localFetch(`${ledger}${path}`)).text();
  };

  /** Until every change has reached the ledger and every leaf its log. */
  const settle = async (): Promise<void> => {
    for (const { member } of parts.plan.members)
      await until(`${member} has nothing under way`, async () => {
        const { ledger, evidence } = await at(member, 'auditor').api.getNode({});
        const { items } = await at(member, 'auditor').api.listEvidence({ query: { limit: 50 } });
        return (
          ledger.waitingCommands === 0 &&
          evidence.size === evidence.anchoredSize &&
          items.every(({ state }) => state === 'anchored')
        );
      });
  };

  it('is found by the search in every spelling that it claims to know', () => {
    for (const canary of ALL)
      for (const { spelling, bytes } of tracesOf(canary)) {
        const planted = Buffer.concat([random(1000), bytes, random(1000)]);
        expect(
          search(planted).map((sighting) => sighting.canary),
          spelling,
        ).toContain(canary.what);
      }
    const log = readFileSync(join(home.dir, 'log', 'dinggu.log'));
    const line = JSON.stringify({ level: 30, msg: `GET /x?${Buffer.from(`?? ${AN.phone} ??`).toString('base64')}` });
    expect(sightingsIn('a log', Buffer.concat([log, Buffer.from(line)]))).not.toEqual([]);
    for (let before = 0; before < 6; before++) {
      const text = Buffer.from(`${'x'.repeat(before)}${AN.name}yy`).toString('base64url');
      expect(search(Buffer.from(text)), `${before} bytes before it`).not.toEqual([]);
    }
  });

  it('is really there: in the databases of the nodes that hold it, and in the answers to their own people', async () => {
    const holds = (member: string, value: string): boolean =>
      filesBelow(join(home.dir, 'members', member, 'database')).some((file) => readFileSync(file).includes(value));
    expect(holds('dinggu', AN.nationalId)).toBe(true);
    expect(holds('hengyuan', BO.passport)).toBe(true);
    expect(holds('qichuan', CHEN.name)).toBe(true);
    const own = await at('dinggu', 'clerk').send({ path: `/api/v1/workers/${ids.worker}` });
    expect(sightingsIn('own', Buffer.from(own.text)).join('\n')).toContain('worker of 鼎固: phone');
  });

  it('is in no block of the ledger, nor in anything else that the ledger stores', () => {
    expect(filesBelow(join(home.dir, 'ledger')).flatMap((file) => sightingsIn(file, readFileSync(file)))).toEqual([]);
  });

  it('brings no node to a fault of its own by standing where nobody expects it', () => {
    expect(answered.length).toBeGreaterThan(200);
    expect(answered.filter((line) => line.startsWith('5'))).toEqual([]);
  });

  it('is in no line that a process logged, although they log everything that they can', () => {
    const logs = filesBelow(join(home.dir, 'log'));
    expect(logs.map((file) => file.split('/').at(-1)).sort()).toEqual([
      'dinggu.log',
      'hengyuan.log',
      'ledger.log',
      'qichuan.log',
      'zhengheng.log',
    ]);
    expect(logs.flatMap((file) => sightingsIn(file, readFileSync(file)))).toEqual([]);
  });

  it('is in nothing that a node tells who has no token: status, lists, metrics, log, documents, pages', async () => {
    const found: string[] = [];
    let told = 0;
    for (const { member } of parts.plan.members) {
      const nobody = parts.people.nobody(member);
      const { evidence } = await at(member, 'auditor').api.getNode({});
      const tiles = ['0', 'entries'].flatMap((level) => tilesOf(level, evidence.size));
      for (const path of [...(await readable(member)), ...PUBLIC_PATHS, ...tiles]) {
        const { text, status, headers } = await nobody.send({ path });
        if (status === 200) told++;
        found.push(...sightingsIn(`${member} ${path}`, Buffer.from(`${JSON.stringify([...headers])}${text}`)));
      }
    }
    const ledger = `http://127.0.0.1:${parts.plan.ledgerPort}`;
    for (const path of ['/info', '/metrics', '/readyz', '/healthz']) {
      const bytes = new Uint8Array(await (await localFetch(`${ledger}${path}`)).arrayBuffer());
      found.push(...sightingsIn(`ledger ${path}`, bytes));
    }
    expect(told).toBeGreaterThan(40);
    expect(found).toEqual([]);
  });

  it.each([
    ['a worker of 鼎固 at a site of 启川, papers checked by 正衡', () => AN, OUTSIDERS_OF_AN],
    ['a worker of 安澜 at sites of 恒远 and 启川', () => BO, OUTSIDERS_OF_BO],
  ])('is in no answer to an organisation that has no business with it: %s', async (_, who, outsiders) => {
    const person = who();
    const searchFor = createSearch(person.canaries);
    const found: string[] = [];
    let told = 0;
    const asked = outsiders.flatMap(([member, org]) => PERSONAS.map((persona) => ({ member, org, persona })));
    for (const { member, org, persona } of asked) {
      const one = at(member, persona, org);
      const requests: RawRequest[] = [
        ...(await readable(member)).map((path) => ({ path })),
        ...[person.name, person.nationalId.slice(-4), person.passport.slice(-4)].map((text) => ({
          method: 'POST',
          path: '/api/v1/workers/search',
          json: { text },
        })),
      ];
      const answers = await Promise.all(
        requests.map(async (request) => ({ request, answer: await one.send(request) })),
      );
      for (const { request, answer } of answers) {
        if (answer.status === 200) told++;
        for (const { canary, spelling } of searchFor(Buffer.from(answer.text)))
          found.push(`${org} ${persona} at ${member}, ${request.path}: ${canary}, ${spelling}`);
      }
    }
    expect(told).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });

  it('leaves a node only in the body of what is handed to the site’s owner or to the attestor', () => {
    const sent = readFileSync(traffic, 'utf8')
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { part: 'head' | 'body'; to: string; path: string; headers?: string; text?: string },
      );
    expect(new Set(sent.map(({ path }) => path.split('?')[0]))).toContain('/api/v1/carrier/commands');
    const bodies = sent.filter(({ part }) => part === 'body');
    const mayHold = ({ path }: { path: string }): boolean =>
      ['/api/v1/enrolments/inbound', '/api/v1/attestations/inbound'].includes(path);
    expect(
      bodies.filter(mayHold).flatMap(({ text }) => sightingsIn('handed over', Buffer.from(text ?? ''))).length,
    ).toBeGreaterThan(4);
    const elsewhere = sent.filter((one) => one.part === 'head' || !mayHold(one));
    expect(
      elsewhere.flatMap(({ to, path, headers, text }) =>
        sightingsIn(`to ${to}${path}`, Buffer.from(`${path}\n${headers ?? ''}\n${text ?? ''}`)),
      ),
    ).toEqual([]);
  });

  /** Every path below `/api` that can be read, its parameters filled with ids that exist. */
  const readable = async (member: string): Promise<string[]> => {
    const { json } = await parts.people.nobody(member).send({ path: '/api/openapi.json' });
    const { paths } = json as { paths: Record<string, Record<string, unknown>> };
    return Object.entries(paths)
      .filter(([path, methods]) => 'get' in methods && !SLOW.has(path))
      .map(([path]) =>
        path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent({ ...KNOWN, ...ids }[name] ?? 'none')),
      );
  };
});

const KNOWN: Record<string, string> = { company: COMPANY, site: 'qichuan-expansion', member: 'dinggu' };
/** Waits for the next block. */
const SLOW = new Set(['/api/v1/carrier/blocks']);
const PUBLIC_PATHS = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/log/checkpoint',
  '/api/openapi.json',
  '/api/docs',
  '/oidc/.well-known/openid-configuration',
  '/oidc/jwks',
  '/.well-known/openid-federation',
];
const PERSONAS = ['clerk', 'safety-manager', 'administrator', 'assessor', 'auditor'] as const satisfies Persona[];

const OUTSIDERS_OF_AN = [
  ['hengyuan', 'hengyuan'],
  ['hengyuan', 'anlan'],
  ['qichuan', 'lanjie'],
  ['dinggu', 'yunfan'],
] as const;
const OUTSIDERS_OF_BO = [
  ['zhengheng', 'zhengheng'],
  ['dinggu', 'dinggu'],
  ['hengyuan', 'xingu'],
  ['qichuan', 'ruihan'],
] as const;

/** Paths of the full and partial tiles of one level of hashes, or of the entries. */
const tilesOf = (level: string, size: number): string[] =>
  Array.from({ length: Math.ceil(size / 256) }, (_, tile) => {
    const width = Math.min(256, size - tile * 256);
    return `/log/tile/${level}/${String(tile).padStart(3, '0')}${width === 256 ? '' : `.p/${width}`}`;
  });
