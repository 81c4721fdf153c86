import { CREDIT_POLICY_1, DAY_MS, toInstant } from '@anlian/contracts';
import { openPack } from '@anlian/sdk/gate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { credentials } from '../contractors/tables.ts';
import { beginning, COMPANIES, type MemberNode, NOW_MS, startMember } from '../workers/fixtures/memberNode.ts';
import { putPolicy, weldingPaper } from '../workers/fixtures/scenes.ts';
import { packFor } from './pack.ts';
import { passes, receivedEnrolments } from './tables.ts';

const WORKERS = 10_000;
const BATCH = 1_000;
const BUDGET_MS = 8_000;

const id = (prefix: string, number: number) => `${prefix}_${String(number).padStart(32, '0')}`;

const fill = async ({ deps: { db } }: MemberNode): Promise<void> => {
  for (let from = 0; from < WORKERS; from += BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, at) => from + at);
    const common = (n: number) => ({
      fromMember: 'hengyuan',
      worker: id('wkr', n),
      employer: COMPANIES.anlan,
      pass: id('pas', n),
    });
    await db
      .insert(passes)
      .values(
        numbers.map((n) => ({ ...common(n), issuer: 'hengyuan', state: 'active' as const, holderKey: 'A'.repeat(43) })),
      );
    await db.insert(credentials).values(
      numbers.map((n) => ({
        credential: id('crd', n),
        holder: '-',
        type: weldingPaper.type,
        recordedAt: toInstant(NOW_MS),
        record: {
          version: 1,
          facts: {
            credential: id('crd', n),
            subject: { kind: 'worker' as const, commitment: 'A'.repeat(43) },
            type: 'special_work_welding' as const,
            authority: 'emergency_management' as const,
            commitment: 'A'.repeat(43),
            attestation: { method: 'register' as const, checkedAt: toInstant(NOW_MS) },
            validFrom: weldingPaper.validFrom,
          },
          attestor: 'hengyuan',
          recordedAt: toInstant(NOW_MS),
          suspensions: [],
          revokedAt: null,
          revokedFor: null,
          successors: [],
        },
      })),
    );
    await db.insert(receivedEnrolments).values(
      numbers.map((n) => ({
        ...common(n),
        enrolment: id('enr', n),
        site: 'pier-1',
        person: { name: `工${n}`, trade: '焊工', portrait: null },
        birthDate: '1980-01-01',
        workClasses: ['general' as const],
        authorisedFrom: toInstant(NOW_MS - DAY_MS),
        authorisedTo: toInstant(NOW_MS + DAY_MS),
        consent: { data: true as const, photo: false, at: toInstant(NOW_MS - DAY_MS) },
        papers: [id('crd', n)],
        trainings: [],
        state: 'active' as const,
        receivedAt: toInstant(NOW_MS),
      })),
    );
  }
};

describe.each(eachDatabase)('a pack of ten thousand workers on $name', ({ open }) => {
  let port: MemberNode;
  beforeAll(async () => {
    port = await startMember((await open()).db, 'hengyuan', new Map());
    await port.tell(...beginning([port]));
    await putPolicy(port, 'pier-1');
    await fill(port);
  });
  afterAll(() => port.stop());

  it('is made within seconds, whole', async () => {
    const startedMs = performance.now();
    const { jws, rows = '' } = await packFor(port.deps, { gate: id('gat', 0), site: 'pier-1' }, undefined);
    expect(performance.now() - startedMs).toBeLessThan(BUDGET_MS);
    const packKeys = [port.deps.keys.key('pack').descriptor];
    const opened = await openPack({ jws, rows }, { packKeys, member: 'hengyuan', site: 'pier-1', previous: null });
    const workers = opened.rows.filter((row) => row.t === 'e-worker');
    expect(workers).toHaveLength(WORKERS);
    expect(workers.every(({ facts }) => facts.papers.length === 1)).toBe(true);
    expect(opened.rows.find((row) => row.t === 'a-site')).toMatchObject({
      personOffSiteAt: CREDIT_POLICY_1.personOffSiteAt,
    });
  });
});
