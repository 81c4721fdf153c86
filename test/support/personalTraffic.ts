import { join } from 'node:path';
import { DAY_MS, HOUR_MS, type Persona, toInstant } from '@anlian/contracts';
import { enrolPhone, presentFromPhone } from '@anlian/sdk/phone';
import { expect } from 'vitest';
import { gateOf } from './gates.ts';
import type { MadeUpPerson } from './madeUpPeople.ts';
import { localFetch, type Person } from './people.ts';
import { until } from './until.ts';

/** Work by which nodes come to hold the data of people. */
export interface Traffic {
  readonly homeDir: string;
  readonly at: (member: string, person: Persona, org?: string) => Person;
  /** A worker of 鼎固, one of 安澜, and somebody known to nobody but the text of a report and the lines of a company's paper. */
  readonly people: Readonly<Record<'an' | 'bo' | 'chen', MadeUpPerson>>;
  /** Ids that the traffic makes, by the names that paths give them. */
  readonly ids: Record<string, string>;
}

export const COMPANY = '91990101MAAA00039J';
const day = (ms: number): string => toInstant(ms).slice(0, 10);

export const PAPER = {
  type: 'special_work_height',
  authority: 'emergency_management',
  validFrom: day(Date.now() - 200 * DAY_MS),
  validTo: day(Date.now() + 900 * DAY_MS),
  reviewBy: day(Date.now() + 800 * DAY_MS),
} as const;

/** Workers of a participant and of a governor's tenant, with papers, handed to the owners of the sites they go to. */
export const employ = async (traffic: Traffic): Promise<void> => {
  const { at, ids, people } = traffic;
  const { an, bo } = people;
  const dinggu = at('dinggu', 'clerk');
  const { worker } = await dinggu.api.createWorker({
    body: {
      name: an.name,
      idDocument: { type: 'national_id', number: an.nationalId },
      birthDate: an.birthDate,
      phone: an.phone,
      trade: '架子工',
      portrait: an.portrait,
    },
  });
  const { credential } = await dinggu.api.registerWorkerCredential({
    params: { worker },
    body: { ...PAPER, number: `T${an.nationalId}`, attestor: 'zhengheng' },
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
      name: bo.name,
      idDocument: { type: 'passport', number: bo.passport },
      birthDate: bo.birthDate,
      phone: bo.phone,
      trade: '起重机司机',
      portrait: bo.portrait,
    },
  });
  await at('hengyuan', 'assessor').api.registerWorkerCredential({
    params: { worker: other },
    body: {
      type: 'special_equipment_q2',
      authority: 'market_regulation',
      // The number of this paper is the person's own.
      number: bo.nationalId,
      validFrom: PAPER.validFrom,
      validTo: PAPER.validTo,
      attestation: { method: 'original_seen', checkedAt: toInstant(Date.now() - HOUR_MS) },
    },
  });
  Object.assign(ids, { worker, credential });
  await enrol(traffic, dinggu, worker, 'qichuan-expansion', 'height', 'an');
  await enrol(traffic, anlan, other, 'hengyuan-terminal', 'lifting', 'bo');
  await enrol(traffic, anlan, other, 'qichuan-paint', 'lifting', undefined);
};

const enrol = async (
  { ids, homeDir }: Traffic,
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
  const dir = join(homeDir, 'phones', phone);
  await enrolPhone({ dir, invite: accepted.invite.url, fetch: localFetch, clock: Date.now });
};

/** A day's work: presentations, a notice with words about a person, an appeal, an evaluation, points, a paper with a person's name. */
export const work = async ({ at, ids, homeDir, people }: Traffic): Promise<void> => {
  const { an, bo, chen } = people;
  for (const [gateName, phone] of [
    ['expansion', 'an'],
    ['terminal-east', 'bo'],
    ['paint', 'bo'],
  ] as const) {
    const { gate, transport, id } = await gateOf(homeDir, gateName);
    await gate.sync(transport.fetchPack);
    const text = await presentFromPhone(join(homeDir, 'phones', phone), Date.now);
    const passage = await gate.decide({ text, direction: 'in' });
    expect(passage.person?.name, 'the guard sees who it is').toBe(phone === 'an' ? an.name : bo.name);
    await gate.upload(transport.upload);
    gate.close();
    ids.gate = id;
  }
  const manager = at('qichuan', 'safety-manager');
  const words = { text: `${chen.name}（${chen.nationalId}，电话 ${chen.phone}，护照 ${chen.passport}）未系安全带。` };
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
      record: { number: chen.nationalId, authorityName: chen.name, sourceReference: chen.phone },
    },
  });
  await at('qichuan', 'safety-manager').send({
    method: 'POST',
    path: '/api/v1/person-points',
    json: { pass: ids.pass, clause: 'no_helmet', occurredAt: toInstant(Date.now() - HOUR_MS) },
  });
  Object.assign(ids, { violation, about: credential });
};
