import { DAY_MS, EvaluationPage, toInstant, Violation, ViolationPage } from '@anlian/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshId } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';
import { ANLAN, SITE } from './contractorNode.ts';
import {
  ASSESSOR,
  CLERK,
  contractorScene,
  insurance,
  licenceByZhengheng,
  MANAGER,
  notice,
  REPORT,
  STRANGER,
} from './contractorScenes.ts';

describe.each(eachDatabase)('violations and evaluations on $name', (database) => {
  const { node, get, post, score, created } = contractorScene(database);
  beforeAll(async () => {
    await created('/credentials', insurance(), ASSESSOR);
    await licenceByZhengheng(node());
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
    await node().submit(node().zhengheng, 'credit:resolve', {
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
    await node().submit(node().qichuan, 'site:admit', {
      site,
      company: ANLAN.company,
      admission,
      from: toInstant(Date.now() - DAY_MS / 2),
    });
    await node().submit(node().qichuan, 'credit:notice', {
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
});
