import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATIONS, type Operation } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../main.ts';
import type { CliContext } from '../verb.ts';
import { as } from './as.ts';
import { allFlagNames, flagsOf } from './flags.ts';
import { inputOf } from './input.ts';
import { momentOf } from './moments.ts';
import { parsePerson } from './person.ts';
import { at, linesOf } from './print.ts';

/** 2026-01-31 23:30 at UTC+8. */
const NOW_MS = Date.parse('2026-01-31T15:30:00.000Z');
const given = (options: Record<string, string>) => new Map(Object.entries(options));
const bodyOf = (operation: Operation, options: Record<string, string>, base?: Record<string, unknown>) =>
  inputOf(operation, given(options), base, NOW_MS).body;

describe('options of an operation', () => {
  it('are named after its path, its query and the fields of its body, those inside another with a dot', () => {
    expect(flagsOf(OPERATIONS.recordTraining).map(({ name, place, isRequired }) => [name, place, isRequired])).toEqual([
      ['worker', 'path', true],
      ['course', 'body', true],
      ['completedOn', 'body', true],
      ['hours', 'body', true],
      ['score', 'body', true],
      ['validTo', 'body', true],
    ]);
    expect(flagsOf(OPERATIONS.notifyViolation).map(({ name }) => name)).toContain('report.text');
  });

  it('never hide an option of the command itself', () => {
    const own = ['list', 'body', 'key', 'if-match', 'wait', 'until', 'print', 'save', 'lang', 'json', 'help'];
    expect(allFlagNames().filter((name) => own.includes(name))).toEqual([]);
    expect(Object.keys(as.options)).toEqual(expect.arrayContaining(own.slice(0, 8)));
  });

  it('take the types of their fields', () => {
    const training = {
      worker: 'wkr_1',
      course: 'site_induction',
      completedOn: 'today-1mo',
      hours: '8.5',
      score: '96',
      validTo: 'today+1y',
    };
    expect(inputOf(OPERATIONS.recordTraining, given(training), undefined, NOW_MS)).toEqual({
      params: { worker: 'wkr_1' },
      query: {},
      body: { course: 'site_induction', completedOn: '2025-12-31', hours: 8.5, score: 96, validTo: '2027-01-31' },
    });
    expect(
      bodyOf(OPERATIONS.enrolWorker, {
        workClasses: 'hot_work,height',
        from: 'now',
        'consent.data': 'true',
        'consent.photo': 'false',
      }),
    ).toEqual({
      workClasses: ['hot_work', 'height'],
      from: '2026-01-31T15:30:00.000Z',
      consent: { data: true, photo: false },
    });
    expect(bodyOf(OPERATIONS.createWorker, { 'idDocument.type': 'passport', 'idDocument.number': '99000024' })).toEqual(
      {
        idDocument: { type: 'passport', number: '99000024' },
      },
    );
  });

  it('replace what --body gives, and leave the rest of it', () => {
    const base = { site: 'a', label: { zh: '东门', en: 'East' } };
    expect(bodyOf(OPERATIONS.registerGate, { 'label.en': 'West' }, base)).toEqual({
      site: 'a',
      label: { zh: '东门', en: 'West' },
    });
    expect(base.label.en).toBe('East');
  });

  it.each<[string, Operation, Record<string, string>]>([
    ['of another operation', OPERATIONS.getCompany, { company: '91990101MAAA00012T', site: 'a' }],
    ['for the path, when missing', OPERATIONS.getCompany, {}],
    ['that should be JSON', OPERATIONS.registerGate, { gateKey: '{' }],
  ])('are refused: one %s', (_what, operation, options) => {
    expect(() => inputOf(operation, given(options), undefined, NOW_MS)).toThrow(/^--/);
  });

  it.each(['eight', '', '0x', '1e999'])('leave %j for the node to refuse, where a number is due', (text) => {
    expect(bodyOf(OPERATIONS.recordTraining, { worker: 'w', hours: text })).toEqual({ hours: text });
  });
});

describe('a moment told relative to now', () => {
  const instant = '^\\d{4}';
  const pattern = flagsOf(OPERATIONS.notifyViolation).find(({ name }) => name === 'occurredAt')?.schema.pattern;
  const day = flagsOf(OPERATIONS.recordTraining).find(({ name }) => name === 'validTo')?.schema.pattern;
  it.each([
    ['now', pattern, '2026-01-31T15:30:00.000Z'],
    ['now-90m', pattern, '2026-01-31T14:00:00.000Z'],
    ['now+1mo', pattern, '2026-02-28T15:30:00.000Z'],
    ['today', day, '2026-01-31'],
    ['today+1d', day, '2026-02-01'],
    ['today-1y', day, '2025-01-31'],
    ['today+1h', day, 'today+1h'],
    ['tomorrow', day, 'tomorrow'],
    ['now-', pattern, 'now-'],
    ['now', instant, 'now'],
    ['now', undefined, 'now'],
  ])('%s is %s → %s', (text, form, expected) => {
    expect(momentOf(text, form, NOW_MS)).toBe(expected);
  });
});

describe('who acts', () => {
  it.each([
    ['clerk@dinggu', { person: 'clerk', member: 'dinggu', org: 'dinggu' }],
    ['clerk@qichuan/ruihan', { person: 'clerk', member: 'qichuan', org: 'ruihan' }],
  ])('%s', (text, person) => {
    expect(parsePerson(text)).toEqual(person);
  });

  it.each([
    '',
    'clerk',
    'root@dinggu',
    'clerk@',
    'clerk@Dinggu',
    'clerk@dinggu/',
    'clerk@dinggu/../x',
    '@dinggu',
    'toString@dinggu',
  ])('is not %j', (text) => {
    expect(() => parsePerson(text)).toThrow();
  });
});

describe('an answer', () => {
  const answer = {
    score: 79,
    band: { code: 'amber', text: { zh: '黄', en: 'Amber' } },
    items: [
      { id: 'a', n: null },
      { id: 'b', n: [] },
    ],
    on: { zh: '是', en: 'Yes' },
  };

  it('is told in one language, indented', () => {
    expect(linesOf(answer, 'zh')).toEqual([
      'score: 79',
      'band: 黄 (amber)',
      'items:',
      '  - id: a',
      '    n: -',
      '  - id: b',
      '    n: -',
      'on: 是',
    ]);
    expect(linesOf(answer, 'en').at(-1)).toBe('on: Yes');
  });

  it.each([
    ['score', 79],
    ['items.1.id', 'b'],
    ['items.*.id', ['a', 'b']],
    ['items.2.id', undefined],
    ['score.length', undefined],
    ['constructor', undefined],
  ])('has at %s %j', (path, expected) => {
    expect(at(answer, path)).toEqual(expected);
  });
});

describe('anlian as', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'anlian-as-'));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  const anlian = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const context: CliContext = {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      env: { ANLIAN_HOME: home, LANG: 'en_US.UTF-8' },
      cwd: home,
      isTerminal: false,
      clock: () => NOW_MS,
      monotonic: () => 0,
      bootId: undefined,
      random: (bytes) => new Uint8Array(bytes),
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    };
    return { exit: await main(['as', ...args], context), out: out.join('\n'), err: err.join('\n') };
  };

  it.each([
    ['after the person', ['safety-manager@hengyuan', 'admitCompany', '--help'], 'safety-manager@hengyuan'],
    ['without a person', ['admitCompany', '-h'], 'PERSON@MEMBER'],
    ['from the list', ['--list', 'admitCompany'], 'PERSON@MEMBER'],
    ['whatever else is typed', ['clerk@dinggu', 'admitCompany', '--site', '--help'], 'clerk@dinggu'],
  ])('explains one operation %s', async (_what, args, who) => {
    const { exit, out, err } = await anlian(...args);
    expect([exit, err]).toEqual([0, '']);
    expect(out).toContain('POST /api/v1/sites/{site}/admissions\n');
    expect(out).toContain(`    npx anlian as ${who} admitCompany --site `);
    expect(out).not.toContain('getScore');
  });

  it('tells a slip with the usage of the operation at hand, and which option was meant', async () => {
    const { exit, err } = await anlian('auditor@hengyuan', 'getScore', '--compnay', 'x', '--lang', 'zh');
    expect([exit, err.split('\n')]).toEqual([
      2,
      [
        '没有 --compnay；是不是 --company？',
        '用法: anlian as PERSON@MEMBER getScore --company COMPANY [--at AT]',
        '说明: anlian help getScore',
      ],
    ]);
    const other = await anlian('auditor@hengyuan', 'getSocre', '--company', 'x');
    expect([other.exit, other.err.split('\n')[0]]).toEqual([2, 'getSocre is not known; did you mean getScore?']);
  });

  it('lists every operation with its options, in the caller’s language', async () => {
    const { exit, out } = await anlian('--list', '--lang', 'zh');
    expect(exit).toBe(0);
    for (const name of Object.keys(OPERATIONS)) expect(out).toContain(`${name}: `);
    expect(out).toContain('admitCompany: 准许公司进入站点\n    --site --company [--from]');
  });

  it('asks for a consortium where there is none', async () => {
    const { exit, err } = await anlian('auditor@hengyuan', 'getNode');
    expect(exit).toBe(2);
    expect(err).toMatch(/^no_local_consortium: There is no local consortium here\n.*consortium\.json\n.*npm start/);
  });

  it('says that a node cannot be reached, after the development label', async () => {
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    writeFileSync(
      join(home, 'launcher.json'),
      JSON.stringify({ operatorKey: await crypto.subtle.exportKey('jwk', privateKey) }),
    );
    const nodes = { hengyuan: { url: 'http://hengyuan.localhost:1', name: { zh: '恒远', en: 'Hengyuan' } } };
    writeFileSync(join(home, 'consortium.json'), JSON.stringify({ v: 1, nodes }));
    const { exit, err } = await anlian('auditor@hengyuan', 'getNode');
    expect(exit).toBe(1);
    expect(err).toMatch(/^Development: .*\nnode_unreachable: /);
    expect(err).toMatch(/Start the consortium with npm start; .* anlian doctor/);
    expect(err).not.toContain('gate');
    const { err: zh } = await anlian('auditor@hengyuan', 'getNode', '--lang', 'zh');
    expect(zh).toMatch(/先用 npm start 启动联盟；.*anlian doctor/);
    expect(zh).not.toContain('闸机');
    expect((await anlian('auditor@elsewhere', 'getNode')).err).toContain('there are @hengyuan\n');
    expect((await anlian('auditor@hengyaun', 'getNode')).err).toContain('did you mean @hengyuan?\n');
  });

  it.each([
    ['nobody', []],
    ['no operation', ['auditor@hengyuan']],
    ['an unknown operation', ['auditor@hengyuan', 'toString']],
    ['an unknown person', ['root@hengyuan', 'getNode']],
    ['an unknown option', ['auditor@hengyuan', 'getNode', '--colour', 'blue']],
    ['an option of another operation', ['auditor@hengyuan', 'getNode', '--site', 'a']],
    ['a body that is no JSON', ['auditor@hengyuan', 'vote', '--proposal', 'p', '--body', '{']],
    ['a body that is no object', ['auditor@hengyuan', 'vote', '--proposal', 'p', '--body', '[]']],
    ['a body in a file that is not there', ['auditor@hengyuan', 'vote', '--proposal', 'p', '--body', '@none.json']],
    ['--until for what is no reading', ['auditor@hengyuan', 'vote', '--proposal', 'p', '--until', 'a=b']],
    ['--until without a value', ['auditor@hengyuan', 'getNode', '--until', 'state']],
  ])('is used wrongly with %s: exit code 2 and what is right', async (_what, args) => {
    const { exit, err, out } = await anlian(...args);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).not.toBe('');
  });
});
