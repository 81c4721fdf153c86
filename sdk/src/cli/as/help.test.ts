import { OPERATION_TEXTS, OPERATIONS, type Operation } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { exampleLine, exampleOf } from './example.ts';
import { flagsOf } from './flags.ts';
import { PATH_PARAMETERS } from './forms.ts';
import { OPERATION_NAMES, operationLines } from './help.ts';
import { inputOf } from './input.ts';

const NOW_MS = Date.parse('2026-11-22T08:00:00.000Z');
const help = (name: (typeof OPERATION_NAMES)[number], language: 'zh' | 'en' = 'en') =>
  operationLines(name, 'clerk@dinggu', language);

describe('the help of an operation', () => {
  it('tells method and path, each field with its place, need and form, and a line to type', () => {
    expect(help('admitCompany')).toEqual([
      'admitCompany: Admits a company to a site',
      '  POST /api/v1/sites/{site}/admissions',
      '  Offices that may: safety-manager',
      '  Path',
      '    --site  required  a site’s short name such as hengyuan-terminal',
      '  Body',
      '    --company  required  a unified social credit code (统一社会信用代码) of 18 characters, or cmt_… for a company without one',
      '    --from     optional  a moment in UTC such as 2026-11-22T08:00:00.000Z, or now, now-90m, now+2h, now+30d',
      '  Example',
      '    npx anlian as clerk@dinggu admitCompany --site hengyuan-terminal --company 91990101MAAA00039J',
    ]);
  });

  it('tells limits, closed lists and what stands in for a field that is left out', () => {
    const training = help('recordTraining').join('\n');
    expect(training).toContain('--hours        required  a number, 0.5 to 1000\n');
    expect(training).toContain('--score        required  a whole number, 0 to 100\n');
    expect(help('suspendAtSite').join('\n')).toContain('serious_violation | accident_inquiry | ');
    expect(help('listDecisions').join('\n')).toContain(
      '--limit    optional  a whole number, 1 to 500; 50 when left out',
    );
    expect(help('enrolWorker').join('\n')).toMatch(
      /--workClasses .* general \| hot_work .*; or several with commas between, 1 to/,
    );
  });

  it('tells with which choice a field goes', () => {
    const lines = help('suspendAtSite', 'zh').join('\n');
    expect(lines).toContain('--subject.kind     必填  company | pass\n');
    expect(lines).toContain('--subject.company  subject.kind=company 时必填  18 位统一社会信用代码');
    expect(lines).toContain('--subject.pass     subject.kind=pass 时必填  编号（pas_ 加 32 位十六进制数字）');
    const attestation = flagsOf(OPERATIONS.answerAttestation);
    expect(attestation.find(({ name }) => name === 'answer')).toMatchObject({ isRequired: true, when: [] });
    expect(attestation.find(({ name }) => name === 'attestation.recheckBy')).toMatchObject({
      isRequired: false,
      when: ['answer=confirm'],
    });
  });

  it.each(OPERATION_NAMES)('of %s is in the language asked for', (name) => {
    const [zh, en] = [help(name, 'zh'), help(name, 'en')];
    expect([zh[0], en[0]]).toEqual([`${name}: ${OPERATION_TEXTS[name].zh}`, `${name}: ${OPERATION_TEXTS[name].en}`]);
    const zhWords = zh.slice(2, -1).map((line) => line.trim());
    const enWords = en.slice(2, -1).map((line) => line.trim());
    expect(zhWords.filter((line) => line.startsWith('--') && enWords.includes(line))).toEqual([]);
  });
});

describe('the example of an operation', () => {
  const isFromBody = (name: (typeof OPERATION_NAMES)[number]) => exampleOf(name).body !== undefined;

  it.each(OPERATION_NAMES.filter((name) => !isFromBody(name)))(
    '%s, typed as it stands, fits what the operation takes',
    (name) => {
      const operation: Operation = OPERATIONS[name];
      const { params, query, body } = inputOf(operation, exampleOf(name).options, undefined, NOW_MS);
      for (const [parameter, value] of Object.entries(params))
        expect(PATH_PARAMETERS[parameter]?.safeParse(value), parameter).toMatchObject({ success: true });
      expect(operation.query?.safeParse(query)?.error).toBeUndefined();
      expect(operation.body?.safeParse(body)?.error).toBeUndefined();
    },
  );

  it('takes the body of a gate from the command that makes its keys, and what is a list of objects from a file', () => {
    expect(exampleLine('registerGate', 'administrator@hengyuan')).toBe(
      'npx anlian as administrator@hengyuan registerGate --site hengyuan-terminal --label.zh 东门 --label.en "East gate" --body "$(npx anlian gate init --json)"',
    );
    expect(OPERATION_NAMES.filter(isFromBody)).toEqual(
      expect.arrayContaining(['foundChannel', 'openProposal', 'putSitePolicy', 'registerGate']),
    );
  });
});
