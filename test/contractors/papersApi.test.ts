import { addDays, Company, CompanyPage, Credential, CredentialPage, DAY_MS, toInstant } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { eachDatabase } from '../support/postgres.ts';
import { ANLAN } from './contractorNode.ts';
import {
  ASSESSOR,
  CLERK,
  contractorScene,
  insurance,
  licenceByZhengheng,
  MANAGER,
  POLICY_NUMBER,
  STRANGER,
  today,
} from './contractorScenes.ts';

describe.each(eachDatabase)('papers and the score on $name', (database) => {
  const { node, get, post, score, created } = contractorScene(database);

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
    const other = await licenceByZhengheng(node());
    expect(await post(`/credentials/${other}/revoke`, { reason: 'forged' })).toMatchObject({
      status: 403,
      body: { code: 'not_the_owner' },
    });
    expect(await score()).toMatchObject({ score: 100 });
  });

  it('gives a paper its place back, in its state as in the score, when the paper that replaced it is revoked', async () => {
    const licence = (overrides: object) =>
      insurance({ type: 'construction_qualification', authority: 'housing_construction', ...overrides });
    const { credential: first } = await created('/credentials', licence({}));
    const { credential: second } = await created(
      '/credentials',
      licence({ supersedes: first, validFrom: addDays(today, -10) }),
    );
    const stateOf = async (credential: string) => {
      const { state } = Credential.parse((await get(`/credentials/${credential}`)).body);
      const { items } = CredentialPage.parse((await get(`/credentials?company=${ANLAN.company}`)).body);
      expect(items.find((one) => one.credential === credential)?.state).toEqual(state);
      return state.code;
    };
    expect(await stateOf(first)).toBe('superseded');
    await created(`/credentials/${second}/revoke`, { reason: 'forged' });
    expect([await stateOf(first), await stateOf(second)]).toEqual(['valid', 'revoked']);
    expect(await score()).toMatchObject({ score: 100, deductions: [] });
    const renewal = licence({ supersedes: first, validFrom: addDays(today, -9) });
    const { credential: third } = await created('/credentials', renewal);
    const { credential: fourth } = await created('/credentials', { ...renewal, supersedes: third });
    await created(`/credentials/${third}/revoke`, { reason: 'forged' });
    expect([await stateOf(first), await stateOf(third), await stateOf(fourth)]).toEqual([
      'superseded',
      'revoked',
      'valid',
    ]);
    const view = Credential.parse((await get(`/credentials/${first}`)).body);
    expect(view.supersededBy).toEqual({ credential: fourth, from: addDays(today, -9) });
  });

  it('of an attestor that was expelled are suspended, and let go again, by another governor; revoked by none', async () => {
    const [left] = CredentialPage.parse(
      (await get(`/credentials?company=${ANLAN.company}&type=work_safety_licence`)).body,
    ).items.filter(({ attestor }) => attestor === 'zhengheng');
    const act = (verb: string, who = MANAGER) =>
      post(`/credentials/${left?.credential}/${verb}`, { reason: 'under_investigation' }, who);
    const notTheOwner = { status: 403, body: { code: 'not_the_owner' } };
    expect(await act('suspend')).toMatchObject(notTheOwner);
    await node().decide({
      action: 'member.expel',
      member: 'zhengheng',
      windDownUntil: toInstant(Date.now() + 30 * DAY_MS),
    });
    expect((await act('suspend')).status).toBe(201);
    expect(await act('revoke')).toMatchObject(notTheOwner);
    expect((await act('unsuspend')).status).toBe(201);
    expect(await act('suspend', 'anlan.safety_manager')).toMatchObject({
      status: 403,
      body: { code: 'not_a_governor' },
    });
  });
});
