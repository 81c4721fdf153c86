import { AnlianError, type FieldFault, OPERATIONS, type Operation, VIEWS, ViewQuestion } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { inOptions } from './faults.ts';
import { inputOf } from './input.ts';

const NOW_MS = Date.parse('2026-11-22T08:00:00.000Z');
const DAY = 'a day such as 2027-03-31, or today, today+3d, today-1mo, today+1y';
const MOMENT = 'a moment in UTC such as 2026-11-22T08:00:00.000Z, or now, now-90m, now+2h, now+30d';
const USCC = '91990101MAAA00039J';

/** Faults of the body as a node tells them: every issue of its check. */
const faultsOf = ({ body }: Operation, value: unknown): FieldFault[] =>
  (body?.safeParse(value).error?.issues ?? []).map((issue) => {
    const params = 'params' in issue ? (issue.params as { error?: string } | undefined) : undefined;
    return { field: `/${issue.path.join('/')}`, code: params?.error ?? issue.code, detail: issue.message };
  });

const told = (operation: Operation, options: Record<string, string>, language: 'zh' | 'en' = 'en') => {
  const input = inputOf(operation, new Map(Object.entries(options)), undefined, NOW_MS);
  const errors = faultsOf(operation, input.body);
  expect(errors).not.toEqual([]);
  const { errors: lines = [] } = inOptions(new AnlianError('invalid_input', { errors }), {
    operation,
    input,
    language,
  });
  return lines.map(({ field, detail }) => [field, detail]);
};

const paper = {
  company: USCC,
  type: 'iso_45001',
  authority: 'certification_body',
  'attestation.method': 'register',
  'attestation.checkedAt': 'now',
  validFrom: 'today-1y',
  'record.number': '99-0001',
  'record.authorityName': '认证机构',
};

describe('one mistake is one line, told of the option that was typed', () => {
  it.each<[string, Record<string, string>, string[][]]>([
    ['a day in another form', { validFrom: '2026/03/31' }, [['--validFrom', DAY]]],
    ['a day that is none', { validTo: '2026-02-30' }, [['--validTo', DAY]]],
    [
      'a moment without its zone',
      { 'attestation.checkedAt': '2026-11-22 08:00' },
      [['--attestation.checkedAt', MOMENT]],
    ],
    [
      'two mistakes',
      { validFrom: 'x', validTo: 'y' },
      [
        ['--validFrom', DAY],
        ['--validTo', DAY],
      ],
    ],
    ['a word that is nearly one', { type: 'iso_45002' }, [['--type', 'did you mean iso_45001?']]],
    [
      'a word that is none',
      { 'attestation.method': 'guess' },
      [['--attestation.method', 'register | scan | phone | api | original_seen']],
    ],
    ['a company id that is too short', { company: '9199' }, [['--company', 'it has 18 characters']]],
    [
      'a letter O for a zero',
      { company: '9199O101MAAA00039J' },
      [['--company', 'it has digits and capitals only, without I, O, S, V and Z']],
    ],
    [
      'a digit of the organisation mistyped',
      { company: '91990101MAAA00038J' },
      [['--company', 'its 17th character does not fit the 9th to 16th: one is probably mistyped']],
    ],
    [
      'a digit of the district mistyped',
      { company: '91990102MAAA00039J' },
      [['--company', 'its last character does not fit the others: one is probably mistyped']],
    ],
    ['days in the wrong order', { validTo: 'today-2y' }, [['--validTo', 'it ends before it begins']]],
    [
      'a number that is none',
      { 'record.coverPerPersonYuan': 'much' },
      [['--record.coverPerPersonYuan', 'a whole number, 0 to 1000000000']],
    ],
  ])('%s', (_what, change, lines) => {
    expect(told(OPERATIONS.registerCredential, { ...paper, ...change })).toEqual(lines);
  });

  it('names every option that is missing, also those inside what is missing as a whole', () => {
    const { 'record.number': _number, 'record.authorityName': _name, validFrom: _from, ...rest } = paper;
    expect(told(OPERATIONS.registerCredential, rest, 'zh')).toEqual([
      ['', '缺少 --validFrom：日期，如 2027-03-31，或 today、today+3d、today-1mo、today+1y'],
      ['', '缺少 --record.number：文字，1 至 100 个字符'],
      ['', '缺少 --record.authorityName：文字，1 至 200 个字符'],
    ]);
  });

  it('tells a list once, however many of its items are wrong', () => {
    const enrolment = {
      worker: `wkr_${'0'.repeat(32)}`,
      site: 'hengyuan-terminal',
      workClasses: 'diving,flying',
      from: 'now',
      to: 'now+1d',
      'consent.data': 'true',
      'consent.photo': 'false',
      'consent.at': 'now',
    };
    const [[field] = [], ...others] = told(OPERATIONS.enrolWorker, enrolment);
    expect([field, others]).toEqual(['--workClasses', []]);
  });

  it('keeps what is said of the order of two moments that are right by themselves', () => {
    const enrolment = {
      worker: `wkr_${'0'.repeat(32)}`,
      site: 'hengyuan-terminal',
      workClasses: 'height',
      from: 'now',
      to: 'now-1d',
      'consent.data': 'true',
      'consent.photo': 'false',
      'consent.at': 'now',
    };
    expect(told(OPERATIONS.enrolWorker, enrolment)).toEqual([['--to', 'ends before it begins']]);
  });
});

describe('a refusal of one place', () => {
  const operation: Operation = OPERATIONS.admitCompany;
  const input = inputOf(
    operation,
    new Map([
      ['site', 'a-b'],
      ['company', USCC],
    ]),
    undefined,
    NOW_MS,
  );
  const asked = { operation, input, language: 'en' } as const;
  it.each([
    [{ field: '/company', detail: 'adm_1' }, '--company', 'adm_1'],
    [{ field: '/args/from' }, '--from', undefined],
    [{ field: '/args/admission' }, '/args/admission', undefined],
    [{ detail: '/args/from' }, undefined, '/args/from'],
    [{ detail: 'the node answered 500' }, undefined, 'the node answered 500'],
    [{ field: 'Idempotency-Key' }, 'Idempotency-Key', undefined],
  ])('%j is told of %s', (context, field, detail) => {
    const { code, field: place, detail: words } = inOptions(new AnlianError('already_exists', context), asked);
    expect([code, place, words]).toEqual(['already_exists', field, detail]);
  });
});

describe('a key of a fact that is not right', () => {
  const operation: Operation = OPERATIONS.proveView;
  const said = (type: string, fact: string, language: 'zh' | 'en' = 'en') => {
    const input = inputOf(
      operation,
      new Map([
        ['type', type],
        ['fact', fact],
      ]),
      undefined,
      NOW_MS,
    );
    const issues = ViewQuestion.safeParse({ type, key: fact.split('/') }).error?.issues ?? [];
    const errors = issues.map(({ path, code, message }) => ({ field: `/${path.join('/')}`, code, detail: message }));
    const asked = { operation, input, language };
    return inOptions(new AnlianError('invalid_input', { errors }), asked).errors?.map(({ field, detail }) => [
      field,
      detail,
    ]);
  };

  it.each([
    ['credential', 'x', 'credential: COMPANY/CREDENTIAL'],
    ['credential', `${USCC}/x`, 'credential: COMPANY/CREDENTIAL, of which CREDENTIAL is not right'],
    ['gate-sequence', 'hengyuan', 'gate-sequence: MEMBER/GATE'],
    ['admission', 'a', 'admission: SITE/COMPANY/ADMISSION'],
  ])('%s %s is told with the parts that it has', (type, fact, en) => {
    expect(said(type, fact)).toEqual([['--fact', en]]);
  });

  it('is told in Chinese to who reads Chinese', () => {
    expect(said('violation', 'x', 'zh')).toEqual([['--fact', 'violation 的键是 COMPANY/VIOLATION']]);
  });

  it.each(Object.entries(VIEWS))('%s names each of its parts', (_, { form, parts }) => {
    expect(form.split('/')).toHaveLength(parts.length);
  });
});
