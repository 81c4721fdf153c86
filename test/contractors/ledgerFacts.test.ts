import {
  ALONE,
  addDays,
  type CommandArgs,
  CREDIT_POLICY_1,
  type CredentialRecord,
  type CreditPolicy,
  canonicalText,
  DAY_MS,
  dayOf,
  stateKey,
  toInstant,
} from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scoreAt, timelineOf } from '../../node/src/contractors/outlook.ts';
import { readCompanyRecords, readTerms } from '../../node/src/contractors/standings.ts';
import { blocklistings, credentials, evaluations, issuedCodes, violations } from '../../node/src/contractors/tables.ts';
import { freshId } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';
import { ANLAN, type ContractorNode, PORT_COMPANY, RUIHAN, SITE, startContractorNode } from './contractorNode.ts';

const HASH = 'A'.repeat(43);
const today = dayOf(Date.now());
const ago = (days: number) => toInstant(Date.now() - days * DAY_MS);

/** Every kind of credit fact, so that every event is projected at least once. */
const fill = async ({ submit, decide, port, qichuan, zhengheng }: ContractorNode): Promise<void> => {
  const paper = (
    type: CommandArgs<'credential:register'>['type'],
    dates: { validFrom: string; validTo?: string; supersedes?: string },
    company: string = ANLAN.company,
  ): CommandArgs<'credential:register'> => ({
    credential: freshId('crd'),
    subject: { kind: 'company', company },
    type,
    authority: 'insurer',
    commitment: HASH,
    attestation: { method: 'register', checkedAt: ago(1) },
    ...dates,
  });
  const register = async (args: CommandArgs<'credential:register'>) => {
    await submit(zhengheng, 'credential:register', args);
    return args.credential;
  };
  const notice = async (clause: string, occurredAt: string, admission: string) => {
    const violation = freshId('vio');
    await submit(port, 'credit:notice', {
      violation,
      company: ANLAN.company,
      site: SITE,
      admission,
      clause,
      occurredAt,
      commitment: HASH,
    });
    return violation;
  };

  await decide({ action: 'credit.adopt_policy', policy: CREDIT_POLICY_1, effectiveAt: toInstant(Date.now()) });
  await decide({
    action: 'credit.import',
    import: freshId('imp'),
    facts: [
      {
        kind: 'violation',
        violation: freshId('vio'),
        company: ANLAN.company,
        site: SITE,
        clause: 'no_harness_at_height',
        occurredAt: ago(540),
        commitment: HASH,
      },
      {
        kind: 'violation',
        violation: freshId('vio'),
        company: RUIHAN.company,
        site: SITE,
        clause: 'no_helmet',
        occurredAt: ago(100),
        commitment: HASH,
      },
      {
        kind: 'evaluation',
        evaluation: freshId('evl'),
        company: ANLAN.company,
        member: 'qichuan',
        grade: 'C',
        occurredAt: ago(30),
      },
    ],
  });
  await decide({ action: 'channel.open' });
  const stricter: CreditPolicy = {
    ...CREDIT_POLICY_1,
    id: 'credit-policy/2',
    clauses: {
      ...CREDIT_POLICY_1.clauses,
      hot_work_without_permit: { company: 25, person: 12, stopWork: true, veto: false },
    },
  };
  await decide({ action: 'credit.adopt_policy', policy: stricter, effectiveAt: toInstant(Date.now() + 20 * DAY_MS) });

  const insurance = await register(paper('liability_insurance', { validFrom: addDays(today, -300), validTo: today }));
  await register(
    paper('liability_insurance', { validFrom: addDays(today, 2), validTo: addDays(today, 366), supersedes: insurance }),
  );
  const licence = await register(
    paper('work_safety_licence', { validFrom: addDays(today, -10), validTo: addDays(today, 40) }),
  );
  const qualification = await register(
    paper('construction_qualification', { validFrom: addDays(today, -10), validTo: addDays(today, 400) }),
  );
  await submit(zhengheng, 'credential:suspend', { credential: licence, reason: 'under_investigation' });
  await submit(zhengheng, 'credential:unsuspend', { credential: licence, reason: 'investigation_cleared' });
  await submit(zhengheng, 'credential:suspend', { credential: licence, reason: 'under_investigation' });
  await submit(zhengheng, 'credential:revoke', { credential: qualification, reason: 'forged' });
  await submit(zhengheng, 'credential:register', {
    ...paper('special_work_welding', { validFrom: today }),
    subject: { kind: 'worker', commitment: HASH },
  });

  const admission = freshId('adm');
  await submit(port, 'site:admit', {
    site: SITE,
    company: ANLAN.company,
    admission,
    from: toInstant(Date.now() - DAY_MS / 2),
  });
  await submit(port, 'site:admit', {
    site: SITE,
    company: qichuan.company,
    admission: freshId('adm'),
    from: toInstant(Date.now() - DAY_MS / 2),
  });
  await notice('hot_work_without_permit', toInstant(Date.now() - 1000), admission);
  await submit(port, 'credit:evaluate', {
    evaluation: freshId('evl'),
    company: ANLAN.company,
    site: SITE,
    grade: 'B',
    occurredAt: toInstant(Date.now() - 500),
    commitment: HASH,
  });
  // The company's own governor member lets a test acknowledge and appeal without another node.
  const own = freshId('vio');
  const ownAdmission = freshId('adm');
  await submit(qichuan, 'site:admit', {
    site: 'qichuan-paint',
    company: PORT_COMPANY,
    admission: ownAdmission,
    from: toInstant(Date.now() - DAY_MS / 2),
  });
  await submit(qichuan, 'credit:notice', {
    violation: own,
    company: PORT_COMPANY,
    site: 'qichuan-paint',
    admission: ownAdmission,
    clause: 'no_helmet',
    occurredAt: toInstant(Date.now() - 1000),
    commitment: HASH,
  });
  const about = { company: PORT_COMPANY, violation: own };
  await submit(port, 'credit:appeal', { ...about, ground: 'facts_wrong', commitment: HASH });
  await submit(port, 'credit:withdraw_appeal', about);
  await submit(port, 'credit:acknowledge', about);
  await submit(port, 'credit:appeal', { ...about, ground: 'clause_wrong', commitment: HASH });
  await submit(zhengheng, 'credit:resolve', { ...about, outcome: 'rejected', commitment: HASH });

  await decide({
    action: 'credit.blocklist',
    company: RUIHAN.company,
    ground: 'fatal_accident',
    evidence: [],
    termMonths: 12,
  });
};

describe.each(eachDatabase)('the projection of credit facts on $name', (database) => {
  let node: ContractorNode;
  beforeAll(async () => {
    node = await startContractorNode(database);
    await fill(node);
  });
  afterAll(() => node?.close());

  const onLedger = (key: string) => node.ledger.query('query:get', { key });
  const holderOf = ({ facts: { subject } }: CredentialRecord) => (subject.kind === 'company' ? subject.company : ALONE);

  it('holds each record exactly as the ledger does, versions included', async () => {
    const records: [string, unknown][] = [
      ...(await node.db.select().from(credentials)).map(({ record }): [string, unknown] => [
        stateKey.credential(holderOf(record), record.facts.credential),
        record,
      ]),
      ...(await node.db.select().from(violations)).map(({ record }): [string, unknown] => [
        stateKey.violation(record.company, record.violation),
        record,
      ]),
      ...(await node.db.select().from(evaluations)).map(({ record }): [string, unknown] => [
        stateKey.evaluation(record.company, record.evaluation),
        record,
      ]),
      ...(await node.db.select().from(issuedCodes)).map(({ record }): [string, unknown] => [
        stateKey.code(record.facts.company, record.facts.code),
        record,
      ]),
    ];
    expect(records).toHaveLength(5 + 4 + 2);
    for (const [key, record] of records) expect(canonicalText(record), key).toBe(canonicalText(await onLedger(key)));
    const [listing] = await node.db.select().from(blocklistings);
    expect(await onLedger(stateKey.blocklisting(RUIHAN.company))).toMatchObject(listing ?? {});
    expect(listing?.version).toBe(1);
  });

  it('has the record versions that the score will name: 1, and one more for each write', async () => {
    const versions = (await node.db.select().from(credentials)).map(({ record }) => [
      record.facts.type,
      record.version,
    ]);
    expect(versions.sort()).toEqual([
      ['construction_qualification', 2],
      ['liability_insurance', 1],
      ['liability_insurance', 2],
      ['special_work_welding', 1],
      ['work_safety_licence', 4],
    ]);
    expect((await node.db.select().from(violations)).map(({ record }) => record.version).sort()).toEqual([1, 1, 1, 6]);
  });

  it.each([0, 1, 3, 6.9, 7.1, 21, 45, 200, 400])(
    'recomputes the ledger’s score of every company in %d days',
    async (days) => {
      const atMs = Date.now() + days * DAY_MS;
      const terms = await readTerms(node.db);
      for (const company of [ANLAN.company, RUIHAN.company, PORT_COMPANY, node.qichuan.company]) {
        const local = scoreAt(await readCompanyRecords(node.db, company), terms, atMs);
        const ledgers = await node.ledger.query('query:score', { company, effectiveAt: toInstant(atMs) });
        expect(local).toEqual(ledgers);
      }
    },
  );

  it('foresees each step of the ledger’s score, a switch of policy included', async () => {
    const terms = await readTerms(node.db);
    const records = await readCompanyRecords(node.db, ANLAN.company);
    const steps = timelineOf(records, terms, Date.now(), Date.now() + 90 * DAY_MS);
    expect(steps.length).toBeGreaterThan(3);
    expect(terms.map(({ policy }) => policy.id)).toEqual(['credit-policy/1', 'credit-policy/2']);
    expect(steps.map(({ fromMs }) => fromMs)).toContain(terms[1]?.fromMs);
    for (const [at, { fromMs, score, band }] of steps.entries()) {
      const asked = { company: ANLAN.company, effectiveAt: toInstant(fromMs) };
      expect(await node.ledger.query('query:score', asked)).toMatchObject({ score, band });
      if (at === 0) continue;
      const before = { company: ANLAN.company, effectiveAt: toInstant(fromMs - 1) };
      expect(await node.ledger.query('query:score', before)).toMatchObject({ score: steps[at - 1]?.score });
    }
  });
});
