import {
  AdoptedPolicyList,
  addDays,
  Company,
  CompanyPage,
  CREDIT_POLICY_1,
  Credential,
  CredentialPage,
  CreditCode,
  CreditCodePage,
  CurrentPolicy,
  Disclosure,
  dayOf,
  EvaluationPage,
  ExplainedScore,
  fromBase64Url,
  Problem,
  toInstant,
  Violation,
  ViolationPage,
} from '@anlian/contracts';
import { codeKey, openCompanyCode, parseCodeText } from '@anlian/sdk/code';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldRecords } from '../../node/src/contractors/tables.ts';
import { freshId } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';
import {
  ANLAN,
  type ContractorNode,
  PORT_COMPANY,
  RUIHAN,
  SITE,
  startContractorNode,
  until,
} from './contractorNode.ts';

const DAY_MS = 86_400_000;
const today = dayOf(Date.now());
const MANAGER = 'hengyuan.safety_manager';
const ASSESSOR = 'hengyuan.assessor';
const CLERK = 'anlan.clerk';
const STRANGER = 'ruihan.clerk';
const POLICY_NUMBER = 'PZDX-99-0007-SECRET';
const REPORT = { text: '王某某在三号泊位未系安全带', files: ['A'.repeat(43)] };

const insurance = (overrides: Record<string, unknown> = {}) => ({
  company: ANLAN.company,
  type: 'liability_insurance',
  authority: 'insurer',
  attestation: { method: 'phone', checkedAt: toInstant(Date.now() - 60_000) },
  validFrom: addDays(today, -300),
  validTo: addDays(today, 65),
  record: { number: POLICY_NUMBER, authorityName: '同舟财产保险', coverPerPersonYuan: 800_000 },
  ...overrides,
});

const notice = (overrides: Record<string, unknown> = {}) => ({
  company: ANLAN.company,
  site: SITE,
  clause: 'no_harness_at_height',
  occurredAt: toInstant(Date.now() - 60_000),
  report: REPORT,
  ...overrides,
});

describe.each(eachDatabase)('the contractors API on $name', (database) => {
  let node: ContractorNode;
  const get = (path: string, who = MANAGER) => node.call(who, 'GET', path);
  const post = (path: string, body?: unknown, who = MANAGER, headers?: Record<string, string>) =>
    node.call(who, 'POST', path, body, headers);
  const score = async (at?: number) =>
    ExplainedScore.parse(
      (await get(`/companies/${ANLAN.company}/score${at === undefined ? '' : `?at=${toInstant(at)}`}`)).body,
    );
  const created = async (path: string, body: unknown, who?: string) => {
    const answer = await post(path, body, who);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({
      status: 201,
      body: { ledger: { state: 'committed' } },
    });
    return answer.body as { credential: string; violation: string };
  };

  beforeAll(async () => {
    node = await startContractorNode(database);
  });
  afterAll(() => node?.close());

  it('lists companies without a standing while no policy is in force, and says so when a score is asked for', async () => {
    const { items } = CompanyPage.parse((await get('/companies')).body);
    expect(items.map(({ company, standing }) => [company, standing])).toContainEqual([ANLAN.company, null]);
    expect(await get(`/companies/${ANLAN.company}/score`)).toMatchObject({
      status: 422,
      body: { code: 'unknown_policy' },
    });
    expect((await get('/policies/current')).status).toBe(404);
  });

  it('shows the policy in force with the words of its clauses', async () => {
    await node.decide({ action: 'credit.adopt_policy', policy: CREDIT_POLICY_1, effectiveAt: toInstant(Date.now()) });
    await node.decide({ action: 'channel.open' });
    await node.submit(node.port, 'site:admit', {
      site: SITE,
      company: ANLAN.company,
      admission: freshId('adm'),
      from: toInstant(Date.now() - DAY_MS / 2),
    });
    const current = CurrentPolicy.parse((await get('/policies/current')).body);
    expect(current).toMatchObject({ id: 'credit-policy/1', inForce: true });
    expect(current.clauses).toContainEqual(
      expect.objectContaining({
        code: 'no_helmet',
        company: 1,
        person: 3,
        text: { zh: '未戴安全帽', en: 'No helmet' },
      }),
    );
    expect(AdoptedPolicyList.parse((await get('/policies')).body).items).toHaveLength(1);
  });

  it('gives a company a name once, to whoever has seen the version before', async () => {
    const name = { zh: '安澜起重机械服务', en: 'Anlan Lifting' };
    const put = (tag: string | undefined, who = MANAGER) =>
      node.call(who, 'PUT', `/companies/${ANLAN.company}/name`, name, tag === undefined ? {} : { 'if-match': tag });
    expect((await get(`/companies/${ANLAN.company}`)).headers.get('etag')).toBe('"0"');
    expect(await put(undefined)).toMatchObject({ status: 428, body: { code: 'precondition_required' } });
    expect(await put('*')).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(await put('"0"', 'anlan.administrator')).toMatchObject({ status: 403 });
    expect(await put('"0"')).toMatchObject({ status: 200, body: { ...name, version: 1 } });
    expect(await put('"0"')).toMatchObject({ status: 412, body: { code: 'version_conflict' } });
    expect((await put('"1"')).headers.get('etag')).toBe('"2"');
    expect((await get(`/companies/${ANLAN.company}`)).headers.get('etag')).toBe('"2"');
  });

  it('says what a company is to this node, and finds it by part of its name or id', async () => {
    const company = Company.parse((await get(`/companies/${ANLAN.company}`)).body);
    expect(company.roles.map(({ code }) => code)).toEqual(['participant', 'tenant_here', 'admitted_here']);
    expect(company.sites).toMatchObject([{ site: SITE }]);
    const found = async (q: string) =>
      CompanyPage.parse((await get(`/companies?q=${encodeURIComponent(q)}`)).body).items.map((one) => one.company);
    expect(await found('起重')).toEqual([ANLAN.company]);
    expect(await found('aNLAN')).toEqual([ANLAN.company]);
    expect(await found('恒远')).toEqual([PORT_COMPANY]);
    expect(await found(RUIHAN.company.slice(5))).toEqual([RUIHAN.company]);
    expect(await found('%')).toEqual([]);
  });

  it('pages through companies without a gap or a repeat', async () => {
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page = CompanyPage.parse((await get(`/companies?limit=2${next && `&cursor=${next}`}`)).body);
      seen.push(...page.items.map(({ company }) => company));
      next = page.next;
    }
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen)).toEqual(
      new Set(CompanyPage.parse((await get('/companies')).body).items.map(({ company }) => company)),
    );
  });

  it('keeps a paper’s number at home and lets the score follow the paper', async () => {
    expect(await score()).toMatchObject({
      score: 80,
      deductions: [{ kind: 'insurance_missing', text: { zh: '安全生产责任保险：缺少强制保险' } }],
    });
    const { credential } = await created('/credentials', insurance(), ASSESSOR);
    expect(await score()).toMatchObject({ score: 100, band: { code: 'green', text: { zh: '绿' } }, deductions: [] });
    const paper = Credential.parse((await get(`/credentials/${credential}`)).body);
    expect(paper).toMatchObject({
      state: { code: 'valid' },
      attestor: 'hengyuan',
      version: 1,
      record: { number: POLICY_NUMBER, coverPerPersonYuan: 800_000 },
    });
    expect(Credential.parse((await get(`/credentials/${credential}`, CLERK)).body).record?.number).toBe(POLICY_NUMBER);
    expect((await get(`/credentials/${credential}`, STRANGER)).status).toBe(404);
    expect(CredentialPage.parse((await get(`/credentials?company=${ANLAN.company}`, STRANGER)).body).items).toEqual([]);
  });

  it('names the next change for the worse: which paper, when (24:00), and to what', async () => {
    const { nextLoss, nextChange, timeline } = await score();
    const [year, month, date] = addDays(today, 65).split('-').map(Number);
    expect(nextLoss).toMatchObject({
      score: 80,
      band: { code: 'green' },
      lost: [{ points: 20, text: { zh: '安全生产责任保险：强制保险已失效' } }],
      regained: [],
    });
    expect(nextLoss?.text.zh).toContain(`${year}年${month}月${date}日24:00 起 80 分`);
    expect(nextChange).toEqual(nextLoss);
    expect(timeline.map((step) => step.score)).toEqual([100, 80]);
    expect(Company.parse((await get(`/companies/${ANLAN.company}`)).body).standing).toMatchObject({
      score: 100,
      nextLoss,
    });
  });

  it('suspends, un-suspends and revokes a paper, by its attestor and in states that allow it', async () => {
    const { credential } = await created(
      '/credentials',
      insurance({ type: 'work_safety_licence', authority: 'emergency_management' }),
    );
    const act = (verb: string, who = MANAGER) =>
      post(`/credentials/${credential}/${verb}`, { reason: 'under_investigation' }, who);
    expect(await act('unsuspend')).toMatchObject({ status: 409, body: { code: 'invalid_transition' } });
    expect(await act('suspend', CLERK)).toMatchObject({ status: 403 });
    expect((await act('suspend')).status).toBe(201);
    expect(await score()).toMatchObject({ score: 70, band: { code: 'amber' } });
    expect(CompanyPage.parse((await get('/companies?band=amber')).body).items.map(({ company }) => company)).toEqual([
      ANLAN.company,
    ]);
    expect((await act('unsuspend')).status).toBe(201);
    expect((await act('revoke')).status).toBe(201);
    expect(await act('revoke')).toMatchObject({ status: 409, body: { code: 'invalid_transition' } });
    const view = Credential.parse((await get(`/credentials/${credential}`)).body);
    expect(view).toMatchObject({
      state: { code: 'revoked', text: { zh: '已撤销' } },
      version: 4,
      revokedFor: { code: 'under_investigation' },
    });
    expect(view.suspensions).toMatchObject([{ to: expect.any(String) }]);
    const other = freshId('crd');
    await node.submit(node.zhengheng, 'credential:register', {
      credential: other,
      subject: { kind: 'company', company: ANLAN.company },
      type: 'work_safety_licence',
      authority: 'emergency_management',
      commitment: 'A'.repeat(43),
      attestation: { method: 'scan', checkedAt: toInstant(Date.now()) },
      validFrom: today,
      validTo: addDays(today, 500),
    });
    expect(await post(`/credentials/${other}/revoke`, { reason: 'forged' })).toMatchObject({
      status: 403,
      body: { code: 'not_the_owner' },
    });
    expect(await score()).toMatchObject({ score: 100 });
  });

  it('says whose turn a notice is, on either side, and counts its points once acknowledged', async () => {
    const { violation } = await created('/violations', notice());
    const seenBy = async (who: string) => Violation.parse((await get(`/violations/${violation}`, who)).body);
    expect(await seenBy(MANAGER)).toMatchObject({
      state: { code: 'notified' },
      nextOwner: { code: 'them', text: { zh: '待对方' }, waitingDays: 0 },
      report: REPORT,
    });
    expect(await seenBy(CLERK)).toMatchObject({
      nextOwner: { code: 'us', text: { zh: '待我方' } },
      clause: { text: { zh: '高处作业未系安全带' }, companyPoints: 5 },
      report: REPORT,
    });
    expect((await get(`/violations/${violation}`, STRANGER)).status).toBe(404);
    expect((await score()).score).toBe(100);
    expect(await post(`/violations/${violation}/acknowledge`, undefined, 'hengyuan.clerk')).toMatchObject({
      status: 403,
      body: { code: 'not_the_subject' },
    });
    await created(`/violations/${violation}/acknowledge`, undefined, CLERK);
    const { score: now, deductions } = await score();
    expect(now).toBe(95);
    expect(deductions).toMatchObject([{ fact: violation, version: 2, points: 5, site: SITE }]);
    expect(deductions[0]?.explanation.zh).toMatch(
      /^高处作业未系安全带；扣 5 分；记录方：恒远港务集团；站点：hengyuan-terminal；\d{4}年.* 起不再计分。$/,
    );
    expect(await post(`/violations/${violation}/acknowledge`, undefined, CLERK)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition' },
    });
    expect((await score(Date.now() + 560 * DAY_MS)).deductions.map(({ kind }) => kind)).toEqual([
      'insurance_lapsed',
      'qualification_lapsed',
    ]);
  });

  it('holds the points during an appeal, and lets a governor decide that did not record it', async () => {
    const { violation } = await created('/violations', notice({ clause: 'watch_person_absent' }));
    await created(
      `/violations/${violation}/appeals`,
      { ground: 'facts_wrong', report: { text: '监护人在场', files: [] } },
      CLERK,
    );
    await created(`/violations/${violation}/withdraw-appeal`, undefined, CLERK);
    await created(
      `/violations/${violation}/appeals`,
      { ground: 'not_our_worker', report: { text: '非我司人员' } },
      CLERK,
    );
    const held = Violation.parse((await get(`/violations/${violation}`)).body);
    expect(held).toMatchObject({ state: { code: 'held' }, nextOwner: { code: 'them' } });
    expect(held.appeals).toMatchObject([
      { outcome: { code: 'withdrawn' } },
      { outcome: null, ground: { text: { zh: '非本单位人员' } }, report: { text: '非我司人员' } },
    ]);
    expect(
      await post(`/violations/${violation}/resolve`, { outcome: 'rejected', report: { text: '证据充分' } }, ASSESSOR),
    ).toMatchObject({ status: 403, body: { code: 'recorder_may_not_resolve' } });
    await node.submit(node.zhengheng, 'credit:resolve', {
      company: ANLAN.company,
      violation,
      outcome: 'upheld',
      commitment: 'A'.repeat(43),
    });
    expect(Violation.parse((await get(`/violations/${violation}`)).body)).toMatchObject({
      state: { code: 'void' },
      nextOwner: { code: 'nobody' },
      appealUntil: null,
    });
    const inState = async (state: string) =>
      ViolationPage.parse((await get(`/violations?company=${ANLAN.company}&state=${state}`)).body).items.map(
        (one) => one.violation,
      );
    expect(await inState('void')).toEqual([violation]);
    expect(await inState('counted')).toHaveLength(1);
    expect(await inState('held')).toEqual([]);
  });

  it('decides an appeal against another member’s notice', async () => {
    const violation = freshId('vio');
    const admission = freshId('adm');
    const site = 'qichuan-paint';
    const occurredAt = toInstant(Date.now() - 1000);
    await node.submit(node.qichuan, 'site:admit', {
      site,
      company: ANLAN.company,
      admission,
      from: toInstant(Date.now() - DAY_MS / 2),
    });
    await node.submit(node.qichuan, 'credit:notice', {
      violation,
      company: ANLAN.company,
      site,
      admission,
      clause: 'no_helmet',
      occurredAt,
      commitment: 'A'.repeat(43),
    });
    await created(
      `/violations/${violation}/appeals`,
      { ground: 'clause_wrong', report: { text: '条款不适用' } },
      CLERK,
    );
    expect(Violation.parse((await get(`/violations/${violation}`)).body)).toMatchObject({
      nextOwner: { code: 'us' },
      report: null,
    });
    await created(`/violations/${violation}/resolve`, { outcome: 'rejected', report: { text: '条款适用' } }, ASSESSOR);
    expect(Violation.parse((await get(`/violations/${violation}`)).body)).toMatchObject({
      state: { code: 'notified' },
      appeals: [{ outcome: { code: 'rejected' }, by: 'hengyuan' }],
    });
  });

  it('grades a company at a site of this member', async () => {
    await created('/evaluations', {
      company: ANLAN.company,
      site: SITE,
      grade: 'B',
      occurredAt: toInstant(Date.now()),
      report: { text: '总体良好' },
    });
    expect(EvaluationPage.parse((await get(`/evaluations?company=${ANLAN.company}`, CLERK)).body).items).toMatchObject([
      { grade: { code: 'B', text: { zh: 'B 良好' } }, member: 'hengyuan', site: SITE, report: { text: '总体良好' } },
    ]);
    expect((await score()).deductions.map(({ text }) => text.zh)).toContain('履约评价 B');
  });

  it('hands out a credit code that any holder of the issuer’s key can open, and the ledger knows by its claims', async () => {
    const answer = await post(`/companies/${ANLAN.company}/codes`);
    const code = CreditCode.parse(answer.body);
    expect(answer.status).toBe(201);
    expect(code.text).toMatch(/^HTTPS:\/\/HENGYUAN\.LOCALHOST:7101\/C#\d+$/);
    const [, key] = node.port.descriptor.keys;
    const bytes = parseCodeText(code.text ?? '').bytes;
    expect(bytes.length).toBeLessThanOrEqual(275);
    expect(bytes).toEqual(fromBase64Url(code.bytes ?? ''));
    const claims = await openCompanyCode(bytes, [await codeKey('hengyuan', key!, '2020-01-01T00:00:00.000Z', null)]);
    expect(claims).toMatchObject({ iss: 'hengyuan', sub: ANLAN.company, score: code.score });
    expect(claims.exp - claims.iat).toBe(30 * 86_400);
    const onLedger = await node.ledger.query('query:get', { key: `code/${ANLAN.company}/${code.code}` });
    expect(onLedger).toMatchObject({ issuer: 'hengyuan', facts: { score: code.score, effectiveAt: code.issuedAt } });
    expect(code.score).toBe((await score()).score);
  });

  it('gives a contractor’s clerk its own company’s code, and nobody else’s', async () => {
    const own = await post(`/companies/${ANLAN.company}/codes`, undefined, CLERK);
    expect(own).toMatchObject({ status: 201, body: { state: { code: 'valid' }, issuer: 'hengyuan' } });
    expect(await post(`/companies/${RUIHAN.company}/codes`, undefined, CLERK)).toMatchObject({ status: 404 });
    expect(CreditCodePage.parse((await get('/codes', CLERK)).body).items).toHaveLength(2);
    expect(CreditCodePage.parse((await get('/codes', STRANGER)).body).items).toEqual([]);
  });

  it('keeps a code back until the ledger has it', async () => {
    const code = await node.withoutLedger(async (callOffline) => {
      const answer = await callOffline(MANAGER, 'POST', `/companies/${ANLAN.company}/codes`);
      expect(answer).toMatchObject({
        status: 202,
        body: { state: { code: 'queued' }, text: null, bytes: null, ledger: { state: 'queued' } },
      });
      return CreditCode.parse(answer.body).code;
    });
    await until(
      async () =>
        (await get(`/codes/${code}`)).body !== null &&
        CreditCode.parse((await get(`/codes/${code}`)).body).state.code === 'valid',
    );
    expect(CreditCode.parse((await get(`/codes/${code}`)).body).text).toContain('/C#');
  });

  it('revokes a code once', async () => {
    const [newest] = CreditCodePage.parse((await get(`/codes?company=${ANLAN.company}&limit=1`)).body).items;
    await created(`/codes/${newest?.code}/revoke`, undefined);
    expect(CreditCode.parse((await get(`/codes/${newest?.code}`)).body)).toMatchObject({
      state: { code: 'revoked', text: { en: 'Revoked' } },
    });
    expect(await post(`/codes/${newest?.code}/revoke`)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition' },
    });
  });

  it('answers a repeated request as the first time, and refuses its key for another content', async () => {
    const headers = { 'idempotency-key': 'one-notice' };
    const first = await post(
      '/violations',
      notice({ clause: 'no_helmet', occurredAt: toInstant(1_000 * Math.floor(Date.now() / 1000)) }),
      MANAGER,
      headers,
    );
    expect(first.status).toBe(201);
    const listed = async () => ViolationPage.parse((await get('/violations')).body).items.length;
    const before = await listed();
    const { occurredAt } = Violation.parse(
      (await get(`/violations/${(first.body as { violation: string }).violation}`)).body,
    );
    expect((await post('/violations', notice({ clause: 'no_helmet', occurredAt }), MANAGER, headers)).body).toEqual(
      first.body,
    );
    expect(await post('/violations', notice({ occurredAt }), MANAGER, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
    expect(await listed()).toBe(before);
  });

  it('discloses a paper to another member, who can check it against the ledger, and takes only what opens the commitment', async () => {
    const [paper] = CredentialPage.parse(
      (await get(`/credentials?company=${ANLAN.company}&type=liability_insurance`)).body,
    ).items;
    const shown = Disclosure.parse((await get(`/disclosures/${paper?.credential}`)).body);
    expect(shown.record).toMatchObject({ number: POLICY_NUMBER });
    expect((await get(`/disclosures/${paper?.credential}`, STRANGER)).status).toBe(404);
    expect((await post('/disclosures', { ...shown, record: { ...shown.record, number: 'another' } })).status).toBe(400);
    await node.db.delete(heldRecords);
    expect(Credential.parse((await get(`/credentials/${paper?.credential}`)).body).record).toBeNull();
    expect((await get(`/disclosures/${paper?.credential}`)).status).toBe(404);
    expect(await post('/disclosures', shown)).toMatchObject({ status: 201, body: { commitment: paper?.commitment } });
    expect(Credential.parse((await get(`/credentials/${paper?.credential}`)).body).record?.coverPerPersonYuan).toBe(
      800_000,
    );
  });

  it('puts nothing of what stays at home on the ledger', async () => {
    const { height } = await node.ledger.describe();
    const blocks = Buffer.concat(await Promise.all(Array.from({ length: height }, (_, at) => node.ledger.block(at))));
    expect(blocks.includes(ANLAN.company)).toBe(true);
    for (const secret of [POLICY_NUMBER, REPORT.text, '监护人在场', '同舟财产保险', '总体良好', '800000'])
      expect(blocks.includes(secret), secret).toBe(false);
  });

  describe('refuses, by a stable code', () => {
    const future = toInstant(Date.now() + DAY_MS);
    it.each<[string, string, string, unknown, number, string]>([
      ['a wrong USCC', MANAGER, '/credentials', insurance({ company: '91990101MAAA00047E' }), 400, 'invalid_uscc'],
      [
        'a company that the network does not know',
        MANAGER,
        '/credentials',
        insurance({ company: '91990303MAAA00055F' }),
        422,
        'unknown_company',
      ],
      [
        'dates that are reversed',
        MANAGER,
        '/credentials',
        insurance({ validTo: addDays(today, -301) }),
        422,
        'invalid_period',
      ],
      [
        'a review outside the validity',
        MANAGER,
        '/credentials',
        insurance({ reviewBy: addDays(today, 66) }),
        422,
        'invalid_period',
      ],
      ['insurance without an end', MANAGER, '/credentials', insurance({ validTo: undefined }), 422, 'invalid_period'],
      [
        'a day that does not exist',
        MANAGER,
        '/credentials',
        insurance({ validTo: '2027-02-30' }),
        400,
        'invalid_input',
      ],
      [
        'a check in the future',
        MANAGER,
        '/credentials',
        insurance({ attestation: { method: 'phone', checkedAt: future } }),
        422,
        'in_the_future',
      ],
      [
        'a worker’s paper for a company',
        MANAGER,
        '/credentials',
        insurance({ type: 'special_work_welding' }),
        400,
        'invalid_input',
      ],
      ['an unknown field', MANAGER, '/credentials', insurance({ note: 'free text' }), 400, 'invalid_input'],
      [
        'a number with a line break',
        MANAGER,
        '/credentials',
        insurance({ record: { number: 'a\u2028b', authorityName: 'x' } }),
        400,
        'invalid_input',
      ],
      [
        'a lone surrogate',
        MANAGER,
        '/credentials',
        insurance({ record: { number: '\ud800', authorityName: 'x' } }),
        400,
        'invalid_input',
      ],
      ['a NUL in a report', MANAGER, '/violations', notice({ report: { text: 'a\u0000b' } }), 400, 'invalid_input'],
      [
        'a report that is too long',
        MANAGER,
        '/violations',
        notice({ report: { text: '字'.repeat(4001) } }),
        400,
        'invalid_input',
      ],
      ['a violation in the future', MANAGER, '/violations', notice({ occurredAt: future }), 422, 'in_the_future'],
      [
        'a violation before the admission',
        MANAGER,
        '/violations',
        notice({ occurredAt: toInstant(Date.now() - DAY_MS) }),
        422,
        'not_admitted',
      ],
      [
        'a violation of a company that is not admitted',
        MANAGER,
        '/violations',
        notice({ company: RUIHAN.company }),
        422,
        'not_admitted',
      ],
      [
        'a clause that the policy does not know',
        MANAGER,
        '/violations',
        notice({ clause: 'constructor' }),
        422,
        'unknown_clause',
      ],
      ['a site of another member', MANAGER, '/violations', notice({ site: 'qichuan-paint' }), 403, 'not_the_owner'],
      ['a site that nobody has', MANAGER, '/violations', notice({ site: 'nowhere' }), 422, 'unknown_site'],
      ['a tenant that records a violation', 'anlan.safety_manager', '/violations', notice(), 403, 'not_a_governor'],
      ['a role that may not', 'hengyuan.auditor', '/violations', notice(), 403, 'forbidden'],
      ['text that is not JSON', MANAGER, '/violations', '{"company":', 400, 'invalid_input'],
    ])('%s', async (_, who, path, body, status, code) => {
      const { body: problem, ...answer } = await post(path, body, who);
      expect({ status: answer.status, code: Problem.parse(problem).code }).toEqual({ status, code });
    });

    it.each([
      ['GET', `/companies/${RUIHAN.company}`],
      ['GET', `/companies/${RUIHAN.company}/score`],
      ['GET', '/credentials/crd_00000000000000000000000000000000'],
      ['GET', '/violations/vio_00000000000000000000000000000000'],
      ['GET', '/codes/cod_00000000000000000000000000000000'],
      ['GET', '/disclosures/crd_00000000000000000000000000000000'],
      ['POST', '/violations/vio_00000000000000000000000000000000/acknowledge'],
    ])('%s %s by a tenant as if it did not exist', async (method, path) => {
      const foreign = await node.call(CLERK, method, path);
      const absent = await node.call(CLERK, 'GET', `/companies/91990303MAAA00055F`);
      const form = ({ status, body }: { status: number; body: unknown }) => ({
        status,
        body: { ...(body as object), traceId: undefined },
      });
      expect(form(foreign)).toEqual(form(absent));
      expect(foreign.status).toBe(404);
    });

    it('a call without a token or a key', async () => {
      expect((await node.call(undefined, 'GET', '/companies')).status).toBe(401);
      expect((await node.call('hengyuan.root', 'GET', '/companies')).status).toBe(401);
      expect(await node.call(MANAGER, 'POST', '/violations', notice(), { 'idempotency-key': '' })).toMatchObject({
        body: { code: 'idempotency_key_required' },
      });
    });

    it.each(['!', 'eyJ9', Buffer.from('["a"]').toString('base64url'), 'A'.repeat(600)])(
      'the cursor %j',
      async (cursor) => {
        expect(await get(`/violations?cursor=${cursor}`)).toMatchObject({
          status: 400,
          body: { code: 'invalid_input' },
        });
      },
    );
  });
});
