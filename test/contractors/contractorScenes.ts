import { addDays, CREDIT_POLICY_1, DAY_MS, dayOf, ExplainedScore, toInstant } from '@anlian/contracts';
import { afterAll, beforeAll, expect } from 'vitest';
import { freshId } from '../support/governors.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { ANLAN, type Answer, type ContractorNode, SITE, startContractorNode } from './contractorNode.ts';

export const today = dayOf(Date.now());
export const MANAGER = 'hengyuan.safety_manager';
export const ASSESSOR = 'hengyuan.assessor';
export const CLERK = 'anlan.clerk';
export const STRANGER = 'ruihan.clerk';
export const POLICY_NUMBER = 'PZDX-99-0007-SECRET';
export const REPORT = { text: '王某某在三号泊位未系安全带', files: ['A'.repeat(43)] };

export const insurance = (overrides: Record<string, unknown> = {}) => ({
  company: ANLAN.company,
  type: 'liability_insurance',
  authority: 'insurer',
  attestation: { method: 'phone', checkedAt: toInstant(Date.now() - 60_000) },
  validFrom: addDays(today, -300),
  validTo: addDays(today, 65),
  record: { number: POLICY_NUMBER, authorityName: '同舟财产保险', coverPerPersonYuan: 800_000 },
  ...overrides,
});

export const notice = (overrides: Record<string, unknown> = {}) => ({
  company: ANLAN.company,
  site: SITE,
  clause: 'no_harness_at_height',
  occurredAt: toInstant(Date.now() - 60_000),
  report: REPORT,
  ...overrides,
});

/** A licence of 安澜 that another governor attested. */
export const licenceByZhengheng = async (node: ContractorNode): Promise<string> => {
  const credential = freshId('crd');
  await node.submit(node.zhengheng, 'credential:register', {
    credential,
    subject: { kind: 'company', company: ANLAN.company },
    type: 'work_safety_licence',
    authority: 'emergency_management',
    commitment: 'A'.repeat(43),
    attestation: { method: 'scan', checkedAt: toInstant(Date.now()) },
    validFrom: today,
    validTo: addDays(today, 500),
  });
  return credential;
};

/** The first credit policy comes into force, the channel opens, and 安澜 is admitted to the site. */
export const openForBusiness = async (node: ContractorNode): Promise<void> => {
  await node.decide({ action: 'credit.adopt_policy', policy: CREDIT_POLICY_1, effectiveAt: toInstant(Date.now()) });
  await node.decide({ action: 'channel.open' });
  await node.submit(node.port, 'site:admit', {
    site: SITE,
    company: ANLAN.company,
    admission: freshId('adm'),
    from: toInstant(Date.now() - DAY_MS / 2),
  });
};

/** Calls that most statements about the API are made of; `node` is asked when they are made, not before. */
const callsOf = (node: () => ContractorNode) => {
  const get = (path: string, who = MANAGER): Promise<Answer> => node().call(who, 'GET', path);
  const post = (path: string, body?: unknown, who = MANAGER, headers?: Record<string, string>): Promise<Answer> =>
    node().call(who, 'POST', path, body, headers);
  return {
    get,
    post,
    score: async (at?: number) =>
      ExplainedScore.parse(
        (await get(`/companies/${ANLAN.company}/score${at === undefined ? '' : `?at=${toInstant(at)}`}`)).body,
      ),
    created: async (path: string, body?: unknown, who?: string) => {
      const answer = await post(path, body, who);
      expect(answer, JSON.stringify(answer.body)).toMatchObject({
        status: 201,
        body: { ledger: { state: 'committed' } },
      });
      return answer.body as { credential: string; violation: string };
    },
  };
};

/** A node for the tests of a `describe` block, open for business unless they prepare it otherwise, and calls at it. */
export const contractorScene = (
  database: TestDatabase,
  prepare: (node: ContractorNode) => Promise<void> = openForBusiness,
) => {
  let started: ContractorNode | undefined;
  beforeAll(async () => {
    started = await startContractorNode(database);
    await prepare(started);
  });
  afterAll(() => started?.close());
  const node = (): ContractorNode => {
    if (started === undefined) throw new Error('the node starts before the first test of its block');
    return started;
  };
  return { node, ...callsOf(node) };
};
