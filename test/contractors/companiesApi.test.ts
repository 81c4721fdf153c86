import { AdoptedPolicyList, Company, CompanyPage, CurrentPolicy, SiteSuspension } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { freshId } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';
import { ANLAN, PORT_COMPANY, RUIHAN, SITE } from './contractorNode.ts';
import { contractorScene, MANAGER, openForBusiness } from './contractorScenes.ts';

/** The first test sees a channel without a policy. */
const noBusinessYet = async () => undefined;

describe.each(eachDatabase)('companies on $name', (database) => {
  const { node, get, post } = contractorScene(database, noBusinessYet);

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
    await openForBusiness(node());
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
      node().call(who, 'PUT', `/companies/${ANLAN.company}/name`, name, tag === undefined ? {} : { 'if-match': tag });
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

  it('shows which sites of this member keep a company out, since when and why, until it may come again', async () => {
    const companies = async (who?: string) => {
      const one = Company.parse((await get(`/companies/${ANLAN.company}`, who)).body);
      const { items } = CompanyPage.parse((await get('/companies', who)).body);
      expect(items.find(({ company }) => company === ANLAN.company)?.suspensions).toEqual(one.suspensions);
      expect(items.filter(({ company }) => company !== ANLAN.company).flatMap((each) => each.suspensions)).toEqual([]);
      return one.suspensions;
    };
    const suspend = async (reason: string, subject: object = { kind: 'company', company: ANLAN.company }) =>
      SiteSuspension.parse((await post('/suspensions', { site: SITE, subject, reason })).body);
    expect(await companies()).toEqual([]);
    await suspend('serious_violation', { kind: 'pass', pass: freshId('pas') });
    expect(await companies()).toEqual([]);
    const { suspension, from } = await suspend('accident_inquiry');
    const shown = [
      {
        suspension,
        site: SITE,
        name: null,
        from,
        reason: { code: 'accident_inquiry', text: { zh: '事故调查', en: 'Accident under inquiry' } },
      },
    ];
    expect(await companies()).toEqual(shown);
    expect(await companies('anlan.clerk')).toEqual(shown);
    expect((await post(`/suspensions/${suspension}/end`)).status).toBe(200);
    expect(await companies()).toEqual([]);
  });
});
