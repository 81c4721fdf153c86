import { DAY_MS, type KeyDescriptor, type PackRow, toBase64Url, toInstant } from '@anlian/contracts';
import { freshId } from './governors.ts';

export const SITE = 'hazmat-yard';
export const DINGGU = '91990101MAAA00039J';

interface ListFacts {
  readonly codeKey: KeyDescriptor;
  /** From when the code key holds. */
  readonly from: string;
  readonly pass: string;
  /** Thumbprint of the key in the worker's phone. */
  readonly holderKey: string;
  readonly nowMs: number;
}

/** Lists of 恒远's 危化库区: its code key, and a welder of 鼎固 whose papers are in order. */
export const gateLists = ({ codeKey, from, pass, holderKey, nowMs }: ListFacts): PackRow[] => {
  const day = (ms: number) => toInstant(ms).slice(0, 10);
  const paper = {
    validFrom: day(nowMs - 300 * DAY_MS),
    validTo: day(nowMs + 300 * DAY_MS),
    reviewBy: null,
    recheckBy: null,
    standing: 'in_force',
    supersededFrom: null,
  } as const;
  const site: PackRow = {
    t: 'a-site',
    site: SITE,
    name: { zh: '危化库区', en: 'Hazmat yard' },
    personOffSiteAt: 12,
    policy: {
      site: SITE,
      version: 1,
      effectiveFrom: toInstant(nowMs - DAY_MS),
      holdTimeoutSeconds: 120,
      requirements: [
        {
          id: 'welding',
          workClasses: ['hot_work'],
          need: { need: 'worker_certificate', types: ['special_work_welding'] },
          effect: 'deny',
          graceDays: 0,
        },
      ],
    },
  };
  return [
    site,
    { t: 'b-key', member: 'hengyuan', key: codeKey, from, to: null },
    {
      t: 'd-company',
      name: '鼎固建设工程',
      facts: {
        company: DINGGU,
        policyHash: toBase64Url(new Uint8Array(32)),
        scores: [{ from: toInstant(nowMs - DAY_MS), score: 89, band: 'green' }],
        papers: [],
        admission: { from: toInstant(nowMs - DAY_MS), releasedAt: null },
        suspendedSince: null,
        blocklistedUntil: null,
      },
    },
    {
      t: 'e-worker',
      person: { name: '阿依·买买提', trade: '焊工', portrait: null },
      facts: {
        pass,
        issuer: 'hengyuan',
        employer: DINGGU,
        holderKey,
        authorisedFrom: toInstant(nowMs - DAY_MS),
        authorisedTo: toInstant(nowMs + DAY_MS),
        workClasses: ['hot_work'],
        papers: [{ credential: freshId('crd'), type: 'special_work_welding', coverPerPersonYuan: null, ...paper }],
        training: [],
        turns: [],
        points: 0,
        suspendedSince: null,
      },
    },
  ];
};
