import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nationalIdCheck, type Persona, toInstant } from '@anlian/contracts';
import { enrolPhone, presentFromPhone } from '@anlian/sdk/phone';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Canary, createSearch, type Sighting, tracesOf } from '../support/canary.ts';
import { gateOf } from '../support/gates.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import { type Parts, partsOf } from '../support/parts.ts';
import { localFetch, type Person, type RawRequest, random } from '../support/people.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RECORDER = resolve(import.meta.dirname, '../support/recordRequests.ts');

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('');
const han = (count: number): string =>
  String.fromCodePoint(...Array.from({ length: count }, () => 0x4e00 + randomInt(0x5000)));
const day = (ms: number): string => toInstant(ms).slice(0, 10);

/** A person who is nobody: division 99, phones 1000000xxxx. */
const madeUpPerson = (label: string) => {
  const seventeen = `990102199003${10 + randomInt(18)}${digits(3)}`;
  const portrait = random(300);
  const person = {
    name: `金丝雀${han(4)}`,
    nationalId: `${seventeen}${nationalIdCheck(seventeen)}`,
    passport: `Q${digits(9)}`,
    phone: `1000000${digits(4)}`,
    portrait: `data:image/png;base64,${Buffer.from(portrait).toString('base64')}`,
  };
  const canaries: Canary[] = [
    { what: `${label}: name`, value: person.name },
    { what: `${label}: national id`, value: person.nationalId },
    { what: `${label}: T and national id`, value: `T${person.nationalId}` },
    { what: `${label}: passport`, value: person.passport },
    { what: `${label}: phone`, value: person.phone },
    { what: `${label}: portrait`, value: portrait.subarray(30, 270) },
  ];
  const birthDate = `${seventeen.slice(6, 10)}-${seventeen.slice(10, 12)}-${seventeen.slice(12, 14)}`;
  return { ...person, birthDate, canaries };
};

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
    await employ();
    await work();
    await misbehave();
    await settle();
  }, 300_000);
  afterAll(async () => {
    await parts?.stopAll();
    home.remove();
  });

  /** Workers of a participant and of a governor's tenant, with papers, handed to the owners of the sites they go to. */
  const employ = async (): Promise<void> => {
    const dinggu = at('dinggu', 'clerk');
    const { worker } = await dinggu.api.createWorker({
      body: {
        name: AN.name,
        idDocument: { type: 'national_id', number: AN.nationalId },
        birthDate: AN.birthDate,
        phone: AN.phone,
        trade: '架子工',
        portrait: AN.portrait,
      },
    });
    const { credential } = await dinggu.api.registerWorkerCredential({
      params: { worker },
      body: { ...PAPER, number: `T${AN.nationalId}`, attestor: 'zhengheng' },
    });
    const assessor = at('zhengheng', 'assessor');
    await until('the attestor was asked', async () => {
      const { items } = await assessor.api.listAttestations({ query: { limit: 500 } });
      return items.some((item) => item.credential === credential);
    });
    await assessor.api.answerAttestation({
      params: { credential },
      body: { answer: 'confirm', attestation: { method: 'register', checkedAt: toInstant(Date.now() - HOUR_MS) } },
    });
    await until('the paper is on the ledger', async () => {
      const { credentials } = await dinggu.api.getWorker({ params: { worker } });
      return credentials.every(({ state }) => state === 'registered');
    });
    const anlan = at('hengyuan', 'clerk', 'anlan');
    const { worker: other } = await anlan.api.createWorker({
      body: {
        name: BO.name,
        idDocument: { type: 'passport', number: BO.passport },
        birthDate: BO.birthDate,
        phone: BO.phone,
        trade: '起重机司机',
        portrait: BO.portrait,
      },
    });
    await at('hengyuan', 'assessor').api.registerWorkerCredential({
      params: { worker: other },
      body: {
        type: 'special_equipment_q2',
        authority: 'market_regulation',
        // The number of this paper is the person's own.
        number: BO.nationalId,
        validFrom: PAPER.validFrom,
        validTo: PAPER.validTo,
        attestation: { method: 'original_seen', checkedAt: toInstant(Date.now() - HOUR_MS) },
      },
    });
    Object.assign(ids, { worker, credential });
    await enrol(dinggu, worker, 'qichuan-expansion', 'height', 'an');
    await enrol(anlan, other, 'hengyuan-terminal', 'lifting', 'bo');
    await enrol(anlan, other, 'qichuan-paint', 'lifting', undefined);
  };

  const enrol = async (
    clerk: Person,
    worker: string,
    site: string,
    workClass: 'height' | 'lifting',
    phone: string | undefined,
  ) => {
    const now = Date.now();
    const { enrolment } = await clerk.api.enrolWorker({
      body: {
        worker,
        site,
        workClasses: [workClass],
        from: toInstant(now - HOUR_MS),
        to: toInstant(now + 30 * DAY_MS),
        consent: { data: true, photo: true, at: toInstant(now) },
      },
    });
    const accepted = await until(`the owner of ${site} took the enrolment`, async () => {
      const standing = await clerk.api.getEnrolment({ params: { enrolment } });
      expect(standing.faults).toEqual([]);
      return standing.state === 'accepted' && standing;
    });
    Object.assign(ids, { enrolment, pass: accepted.pass });
    if (phone === undefined || accepted.invite === null) return;
    const dir = join(home.dir, 'phones', phone);
    await enrolPhone({ dir, invite: accepted.invite.url, fetch: localFetch, clock: Date.now });
  };

  /** A day's work: presentations, a notice with words about a person, an appeal, an evaluation, points, a paper with a person's name. */
  const work = async (): Promise<void> => {
    for (const [gateName, phone] of [
      ['expansion', 'an'],
      ['terminal-east', 'bo'],
      ['paint', 'bo'],
    ] as const) {
      const { gate, transport, id } = await gateOf(home.dir, gateName);
      await gate.sync(transport.fetchPack);
      const text = await presentFromPhone(join(home.dir, 'phones', phone), Date.now);
      const passage = await gate.decide({ text, direction: 'in' });
      expect(passage.person?.name, 'the guard sees who it is').toBe(phone === 'an' ? AN.name : BO.name);
      await gate.upload(transport.upload);
      gate.close();
      ids.gate = id;
    }
    const manager = at('qichuan', 'safety-manager');
    const words = { text: `${CHEN.name}（${CHEN.nationalId}，电话 ${CHEN.phone}，护照 ${CHEN.passport}）未系安全带。` };
    const { violation } = await manager.api.notifyViolation({
      body: {
        company: COMPANY,
        site: 'qichuan-expansion',
        clause: 'no_harness_at_height',
        occurredAt: toInstant(Date.now() - HOUR_MS),
        report: words,
      },
    });
    await until('the contractor’s node knows the notice', async () => {
      const { items } = await at('dinggu', 'clerk').api.listViolations({ query: { limit: 500 } });
      return items.some((item) => item.violation === violation);
    });
    await at('dinggu', 'clerk').api.appealViolation({
      params: { violation },
      body: { ground: 'not_our_worker', report: words },
    });
    const judge = at('zhengheng', 'assessor');
    await until('the governor that decides knows the appeal', async () => {
      const { items } = await judge.api.listViolations({ query: { limit: 500 } });
      return items.some((item) => item.violation === violation && item.appeals.length > 0);
    });
    await judge.api.resolveAppeal({ params: { violation }, body: { outcome: 'rejected', report: words } });
    await manager.api.evaluateCompany({
      body: {
        company: COMPANY,
        site: 'qichuan-expansion',
        grade: 'B',
        occurredAt: toInstant(Date.now()),
        report: words,
      },
    });
    const { credential } = await at('zhengheng', 'assessor').api.registerCredential({
      body: {
        company: COMPANY,
        type: 'iso_45001',
        authority: 'certification_body',
        attestation: { method: 'phone', checkedAt: toInstant(Date.now() - HOUR_MS) },
        validFrom: PAPER.validFrom,
        validTo: PAPER.validTo,
        record: { number: CHEN.nationalId, authorityName: CHEN.name, sourceReference: CHEN.phone },
      },
    });
    await at('qichuan', 'safety-manager').send({
      method: 'POST',
      path: '/api/v1/person-points',
      json: { pass: ids.pass, clause: 'no_helmet', occurredAt: toInstant(Date.now() - HOUR_MS) },
    });
    Object.assign(ids, { violation, about: credential });
  };

  /** Requests that are refused, with a person's data wherever a client could put them. */
  const misbehave = async (): Promise<void> => {
    const { name, nationalId, passport, phone, portrait, birthDate } = DING;
    const worker = { name, idDocument: { type: 'national_id', number: nationalId }, birthDate, phone, trade: '焊工' };
    const url = encodeURIComponent;
    const post = (path: string, rest: Omit<RawRequest, 'path'>): RawRequest => ({ method: 'POST', path, ...rest });
    const json = { 'content-type': 'application/json' };
    const requests: RawRequest[] = [
      post('/api/v1/workers', { json: { ...worker, birthDate: '1970-01-01' } }),
      post('/api/v1/workers', { json: { ...worker, [nationalId]: name, [name]: 1 } }),
      post('/api/v1/workers', { json: { ...worker, idDocument: { type: name, number: nationalId } } }),
      post('/api/v1/workers', { json: { ...worker, employer: name } }),
      post('/api/v1/workers', { json: { ...worker, phone: `${phone}${phone}`, portrait: name } }),
      post('/api/v1/workers', { json: { ...worker, name: `${name}\u0000` } }),
      post('/api/v1/workers', { json: worker, headers: { 'idempotency-key': nationalId } }),
      post('/api/v1/workers', { json: worker, headers: { 'idempotency-key': `${phone} ${passport}` } }),
      post('/api/v1/workers', { body: `{"name":"${name}","phone":"${phone}" ${nationalId}`, headers: json }),
      post('/api/v1/workers', { body: `${name} ${nationalId}`, headers: json }),
      post('/api/v1/workers', { body: JSON.stringify(worker), headers: { 'content-type': 'text/plain' } }),
      post('/api/v1/workers', { body: Buffer.from(`${name}${nationalId}`, 'utf16le'), headers: json }),
      post('/api/v1/workers', { json: { ...worker, portrait: portrait.repeat(500) } }),
      post('/api/v1/workers', { json: { ...worker, trade: name.repeat(1_500_000) } }),
      post('/api/v1/workers/search', { json: { text: name } }),
      post('/api/v1/workers/search', { json: { text: `%${nationalId}'; --` } }),
      post(`/api/v1/workers/${ids.worker}/credentials`, { json: { type: name, number: `T${nationalId}` } }),
      post(`/api/v1/workers/${ids.worker}/credentials`, {
        json: { ...PAPER, number: `T${nationalId}`, attestor: 'nobody-there' },
      }),
      post('/api/v1/enrolments', { json: { worker: nationalId, site: name } }),
      post('/api/v1/violations', { json: { company: name, site: nationalId, report: { text: phone } } }),
      post('/api/v1/carrier/commands', { json: { command: { name }, actor: nationalId } }),
      post('/api/v1/enrolments/inbound', { json: { person: worker } }),
      post('/api/v1/attestations/inbound', { json: { subject: { record: worker } } }),
      post('/api/v1/disclosures', { json: { about: name, record: { text: nationalId }, salt: phone } }),
      post('/api/v1/passes/claim', { json: { token: nationalId, publicKey: name, proof: phone } }),
      { path: `/api/v1/workers/${url(name)}` },
      { path: `/api/v1/workers/${nationalId}` },
      { path: `/api/v1/workers?cursor=${url(name)}` },
      { path: `/api/v1/workers?cursor=${nationalId}&limit=${phone}` },
      { path: `/api/v1/companies?q=${url(name)}` },
      { path: `/api/v1/companies/${url(name)}/score?at=${nationalId}` },
      { path: `/api/v1/violations?cursor=${url(Buffer.from(nationalId).toString('base64url'))}` },
      { path: `/api/v1/decisions?cursor=${nationalId}` },
      { path: `/api/v1/commands?cursor=${phone}9999999999999` },
      { path: `/api/v1/evidence?cursor=${url(name)}` },
      { path: `/${url(name)}/${nationalId}?phone=${phone}` },
      { path: `/log/tile/${url(name)}` },
      { path: `/log/tile/entries/${nationalId}` },
      {
        path: '/api/v1/node',
        headers: {
          cookie: `id=${nationalId}`,
          'user-agent': phone,
          referer: `http://x/${passport}`,
          'x-request-id': nationalId,
          traceparent: `00-${nationalId}-${phone}-01`,
        },
      },
      { path: '/api/v1/workers', headers: { authorization: `Bearer ${nationalId}` } },
      {
        path: '/api/v1/workers',
        headers: { authorization: `Basic ${Buffer.from(`${name}:${nationalId}`).toString('base64')}` },
      },
      {
        path: '/api/v1/workers',
        headers: { authorization: `Bearer ${unsigned({ sub: name, jti: nationalId, iss: phone })}` },
      },
      { method: 'PATCH', path: `/api/v1/workers/${ids.worker}`, json: { name }, headers: { 'if-match': '"999"' } },
      { method: 'PATCH', path: `/api/v1/workers/${ids.worker}`, json: { name }, headers: { 'if-match': nationalId } },
      { method: nationalId, path: '/api/v1/workers' },
      ...[
        { grant_type: name, client_id: nationalId },
        {
          grant_type: 'client_credentials',
          client_id: nationalId,
          client_assertion: unsigned({ sub: name, iss: nationalId }),
        },
        {
          grant_type: 'client_credentials',
          client_id: 'operator',
          client_assertion_type: phone,
          client_assertion: name,
        },
        {
          grant_type: 'client_credentials',
          client_id: 'operator',
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: unsigned({ sub: name, iss: nationalId, jti: phone }),
        },
        { grant_type: 'client_credentials', scope: name, resource: `http://${nationalId}/` },
      ].map((form) =>
        post('/oidc/token', {
          body: new URLSearchParams(form).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
      ),
      { path: `/oidc/auth?client_id=${nationalId}&login_hint=${url(name)}&redirect_uri=http://${phone}/` },
      { path: `/oidc/${url(name)}` },
    ];
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
    for (const path of [`/blocks/${nationalId}`, `/blocks?from=${nationalId}`, `/${url(name)}`])
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

const COMPANY = '91990101MAAA00039J';
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
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const PAPER = {
  type: 'special_work_height',
  authority: 'emergency_management',
  validFrom: day(Date.now() - 200 * DAY_MS),
  validTo: day(Date.now() + 900 * DAY_MS),
  reviewBy: day(Date.now() + 800 * DAY_MS),
} as const;

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

const unsigned = (claims: object): string =>
  [{ alg: 'ES256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('AAAA')
    .join('.');

/** Paths of the full and partial tiles of one level of hashes, or of the entries. */
const tilesOf = (level: string, size: number): string[] =>
  Array.from({ length: Math.ceil(size / 256) }, (_, tile) => {
    const width = Math.min(256, size - tile * 256);
    return `/log/tile/${level}/${String(tile).padStart(3, '0')}${width === 256 ? '' : `.p/${width}`}`;
  });
