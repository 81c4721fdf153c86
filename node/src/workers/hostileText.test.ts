import { Problem } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { beginning, COMPANIES, type MemberNode, startMember } from './fixtures/memberNode.ts';
import * as scenes from './fixtures/scenes.ts';

const [pglite] = eachDatabase;
const CREDENTIAL = `crd_${'1'.repeat(32)}`;
const SALT = 'A'.repeat(43);
const document = { type: 'passport', number: 'E12345678' };
const person = (name = '王') => ({ v: 1, name, idDocument: document, birthDate: '1990-01-01' });
const paper = {
  v: 1,
  credential: CREDENTIAL,
  type: 'special_work_welding',
  authority: 'emergency_management',
  number: 'T990101197006010011',
  validFrom: '2025-01-01',
  validTo: '2030-12-31',
  reviewBy: null,
};
const handed = (name: string) => ({
  credential: CREDENTIAL,
  paper: { record: paper, salt: SALT },
  subject: { record: person(name), salt: SALT },
});
const worker = { name: '王', idDocument: document, birthDate: '1990-01-01', trade: '焊工' };
const inbound = {
  v: 1,
  enrolment: `enr_${'7'.repeat(32)}`,
  employer: COMPANIES.dinggu,
  person: person(),
  trade: '架子工',
  portrait: null,
  papers: [],
  companyPapers: [],
  trainings: [],
  pass: null,
  ...scenes.enrolment(`wkr_${'7'.repeat(32)}`),
};

interface Entry {
  readonly what: string;
  readonly as: string;
  readonly path: string;
  readonly field: string;
  readonly body: (text: string) => object;
  /** The status of clean text: done, or waiting for the ledger. */
  readonly taken: number;
}

/** Where a person's words come in, by hand or from another member's node. */
const ENTRIES: readonly Entry[] = [
  {
    what: 'a worker’s name',
    as: 'clerk.anlan',
    path: '/workers',
    field: '/name',
    body: (name) => ({ ...worker, name }),
    taken: 201,
  },
  {
    what: 'a worker’s trade',
    as: 'clerk.anlan',
    path: '/workers',
    field: '/trade',
    body: (trade) => ({ ...worker, idDocument: { ...document, number: 'E87654321' }, trade }),
    taken: 201,
  },
  {
    what: 'a search',
    as: 'clerk.anlan',
    path: '/workers/search',
    field: '/text',
    body: (text) => ({ text }),
    taken: 200,
  },
  {
    what: 'the name of somebody whom another node enrols',
    as: 'member_node.dinggu',
    path: '/enrolments/inbound',
    field: '/person/name',
    body: (name) => ({ ...inbound, person: person(name) }),
    taken: 200,
  },
  {
    what: 'the trade of somebody whom another node enrols',
    as: 'member_node.dinggu',
    path: '/enrolments/inbound',
    field: '/trade',
    body: (trade) => ({ ...inbound, trade }),
    taken: 200,
  },
  {
    what: 'the name on a paper that another node hands over',
    as: 'member_node.dinggu',
    path: '/enrolments/inbound',
    field: '/papers/0/subject/record/name',
    body: (name) => ({ ...inbound, papers: [handed(name)] }),
    // The ledger has no such paper; what comes in is read before that is found.
    taken: 422,
  },
  {
    what: 'the name on a paper that another node asks to be checked',
    as: 'member_node.dinggu',
    path: '/attestations/inbound',
    field: '/subject/record/name',
    body: (name) => ({ ...handed(name), employer: COMPANIES.dinggu }),
    taken: 200,
  },
  {
    what: 'a site’s name',
    as: 'safety_manager.hengyuan',
    path: '/sites',
    field: '/name/zh',
    body: (zh) => ({ site: 'pier-9', name: { zh, en: 'Pier' } }),
    taken: 202,
  },
  {
    what: 'a gate’s name',
    as: 'administrator.hengyuan',
    path: '/gates',
    field: '/label/en',
    body: (en) => ({
      site: 'pier-1',
      label: { zh: '门', en },
      gateKey: scenes.phone().publicJwk,
      clientKey: scenes.phone().publicJwk,
    }),
    taken: 202,
  },
];

describe('text that comes in', () => {
  let port: MemberNode;
  let cleaners: MemberNode;
  beforeAll(async () => {
    const database = async () => (await pglite?.open())?.db ?? expect.fail('no database');
    port = await startMember(await database(), 'hengyuan', new Map());
    cleaners = await startMember(await database(), 'dinggu', new Map());
    await port.tell(...beginning([port, cleaners]));
  });
  afterAll(() => {
    for (const node of [port, cleaners]) node.stop();
  });

  describe.each(ENTRIES)('as $what', ({ as, path, field, body, taken }) => {
    it.each([
      ['a line break', '王\n李'],
      ['a NUL', '王\u0000'],
      ['an escape', '\u001b[2J王'],
      ['a C1 control', '王\u0085李'],
      ['a line separator', '王\u2028李'],
      ['half of a character', '王\ud842'],
      ['no end', '王'.repeat(101)],
    ])('is refused with %s, and the field is named', async (_what, text) => {
      const answer = await port.call(as, 'POST', path, body(text));
      expect([answer.status, Problem.parse(answer.body)]).toMatchObject([400, { code: 'invalid_input', field }]);
      expect(JSON.stringify(answer.body)).not.toContain('王');
    });

    it('is taken when it is clean', async () => {
      expect((await port.call(as, 'POST', path, body('王·阿依古丽'))).status).toBe(taken);
    });
  });
});
