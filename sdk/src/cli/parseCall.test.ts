import { describe, expect, it } from 'vitest';
import { parseCall } from './parseCall.ts';
import { UsageError, type Verb } from './verb.ts';

const verb: Verb = {
  usage: 'read FILE [COPY] [--site SITE] [--fast]',
  summary: { zh: '读', en: 'Reads' },
  options: { site: { type: 'string' }, fast: { type: 'boolean' } },
  positionals: { names: ['FILE', 'COPY'], min: 1, max: 2 },
  run: () => Promise.resolve(0),
};

const slipOf = (...args: string[]) => {
  try {
    parseCall(verb, args);
  } catch (error) {
    if (error instanceof UsageError) return error.text;
    throw error;
  }
  return undefined;
};

describe('the arguments of a verb', () => {
  it('are taken in any order, with values that begin with a dash after =', () => {
    const { options, positionals } = parseCall(verb, ['--site=-a', 'x', '--fast', '--', '--site']);
    expect([[...options], positionals]).toEqual([
      [
        ['site', '-a'],
        ['fast', true],
      ],
      ['x', '--site'],
    ]);
  });

  it.each<[string[], string, string]>([
    [
      ['x', '--site', ''],
      '--site 的内容为空：多半是命令行变量没有值',
      '--site is empty: probably a shell variable that is not set',
    ],
    [
      ['x', '--site='],
      '--site 的内容为空：多半是命令行变量没有值',
      '--site is empty: probably a shell variable that is not set',
    ],
    [[''], 'FILE 的内容为空：多半是命令行变量没有值', 'FILE is empty: probably a shell variable that is not set'],
    [['x', ''], 'COPY 的内容为空：多半是命令行变量没有值', 'COPY is empty: probably a shell variable that is not set'],
    [
      ['x', '--site'],
      '--site 后面没有内容：多半是命令行变量没有值（以 - 开头的内容写成 --site=-…）',
      '--site has no value: probably a shell variable that is not set (what begins with - is written --site=-…)',
    ],
    [
      ['x', '--site', '--fast'],
      '--site 后面没有内容：多半是命令行变量没有值（以 - 开头的内容写成 --site=-…）',
      '--site has no value: probably a shell variable that is not set (what begins with - is written --site=-…)',
    ],
    [['x', '--fast=1'], '--fast 后面不写内容', '--fast takes no value'],
    [['x', '--sitee', 'a'], '没有 --sitee；是不是 --site？', '--sitee is not known; did you mean --site?'],
    [
      ['x', '--constructor', 'a'],
      '没有 --constructor；可用：--site、--fast、--lang、--json、--help',
      '--constructor is not known; there are --site, --fast, --lang, --json, --help',
    ],
    [[], '缺少 FILE', 'FILE is missing'],
    [['x', 'y', 'z'], '多出一项 z：含空格的内容请加引号', 'z is one argument too many: put what has spaces in quotes'],
  ])('%j: %s', (args, zh, en) => {
    expect(slipOf(...args)).toEqual({ zh, en });
  });
});
