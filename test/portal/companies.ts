import {
  addDays,
  addMonthsMs,
  CREDIT_POLICY_1,
  DAY_MS,
  dayOf,
  HOUR_MS,
  type ImportedFact,
  type RegisterCredential,
  toInstant,
} from '@anlian/contracts';
import { freshId, freshKey } from '../support/governors.ts';
import { until } from '../support/until.ts';
import type { PortalNode } from './portalNode.ts';

/** Companies on the port's node, one of each band (STARTING-SET). */
export const DINGGU = {
  member: 'dinggu',
  company: '91990101MAAA00039J',
  zh: '鼎固建设工程',
  en: 'Dinggu Construction',
};
export const RUIHAN = { member: 'ruihan', company: '91990202MAAA00063N', zh: '锐焊设备检修', en: 'Ruihan Welding' };
export const LANJIE = {
  member: 'lanjie',
  company: '91990202MAAA00071H',
  zh: '蓝界储罐清洗',
  en: 'Lanjie Tank Cleaning',
};
const CONTRACTORS = [DINGGU, RUIHAN, LANJIE];
const SITE = 'hengyuan-hazchem';

/** 鼎固 89 (green; three imported violations), 蓝界 100 (green; insurance ends tonight), 锐焊 50 (red; a licence lapsed, no insurance, one notice pending). */
export const loadCompanies = async (node: PortalNode): Promise<void> => {
  const nowMs = Date.now();
  const manager = node.as('safety-manager');
  for (const { member, company } of CONTRACTORS)
    await node.decide({
      action: 'member.admit',
      member: { member, company, kind: 'participant', sponsor: 'qichuan', keys: [freshKey('actor').descriptor] },
    });
  await node.submit(node.qichuan, 'site:register', { site: 'qichuan-paint' });
  await manager.registerSite({ body: { site: SITE, name: { zh: '恒远危化库区', en: 'Hengyuan chemicals depot' } } });
  await node.decide({ action: 'credit.adopt_policy', policy: CREDIT_POLICY_1, effectiveAt: toInstant(nowMs) });
  await node.decide({ action: 'credit.import', import: freshId('imp'), facts: pastOf(nowMs) });
  await node.decide({ action: 'channel.open' });

  await until(
    'every company is known',
    async () => (await manager.listCompanies({})).items.length === 3 + CONTRACTORS.length,
  );
  for (const { company, zh, en } of CONTRACTORS)
    await manager.nameCompany({ params: { company }, body: { zh, en }, ifMatch: '"0"' });
  const assessor = node.as('assessor');
  for (const paper of papersOf(dayOf(nowMs), nowMs)) await assessor.registerCredential({ body: paper });
  await manager.admitCompany({
    params: { site: SITE },
    body: { company: RUIHAN.company, from: toInstant(nowMs - HOUR_MS) },
  });
  await manager.notifyViolation({
    body: {
      company: RUIHAN.company,
      site: SITE,
      clause: 'hot_work_without_permit',
      occurredAt: toInstant(nowMs - 60_000),
      report: { text: '三号罐区无票动火' },
    },
  });
  await until(
    'the notice is followed',
    async () => (await manager.listViolations({ query: { company: RUIHAN.company } })).items.length === 1,
  );
};

/** 鼎固's violations from before the channel; the first drops off tomorrow. */
const pastOf = (nowMs: number): ImportedFact[] => {
  const violation = (clause: string, occurredMs: number): ImportedFact => ({
    kind: 'violation',
    violation: freshId('vio'),
    company: DINGGU.company,
    site: SITE,
    clause,
    occurredAt: toInstant(occurredMs),
    commitment: 'A'.repeat(43),
  });
  return [
    violation('watch_person_absent', addMonthsMs(nowMs + DAY_MS, -18)),
    violation('no_harness_at_height', addMonthsMs(nowMs, -4)),
    violation('no_helmet', addMonthsMs(nowMs, -2)),
  ];
};

const papersOf = (today: string, nowMs: number): RegisterCredential[] => {
  const insurance = (company: string, validTo: string): RegisterCredential => ({
    company,
    type: 'liability_insurance',
    authority: 'insurer',
    attestation: { method: 'phone', checkedAt: toInstant(nowMs - HOUR_MS) },
    validFrom: addDays(today, -300),
    validTo,
    record: { number: 'PZDX-99-0007', authorityName: '同舟财产保险', coverPerPersonYuan: 800_000 },
  });
  return [
    insurance(DINGGU.company, addDays(today, 65)),
    insurance(LANJIE.company, today),
    {
      ...insurance(RUIHAN.company, addDays(today, -1)),
      type: 'work_safety_licence',
      authority: 'emergency_management',
      record: { number: 'AQ-99-0063', authorityName: '应急管理局' },
    },
  ];
};
