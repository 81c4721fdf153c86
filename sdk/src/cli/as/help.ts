import { type Language, OPERATION_TEXTS, OPERATIONS, type Text } from '@anlian/contracts';
import { SLIPS } from '../slips.ts';
import { type Guide, UsageError } from '../verb.ts';
import { accepted, defaultOf } from './describe.ts';
import { exampleLine, exampleOf, type OperationName } from './example.ts';
import { type Flag, flagsOf, isAlways } from './flags.ts';
import { rolesLine } from './roles.ts';

export const OPERATION_NAMES = Object.keys(OPERATIONS) as OperationName[];
const PERSON = 'PERSON@MEMBER';
/** More optional ones than this are not worth a line each time. */
const FEW = 8;

const PLACES: Readonly<Record<Flag['place'], Text>> = {
  path: { zh: '路径', en: 'Path' },
  query: { zh: '查询', en: 'Query' },
  body: { zh: '内容', en: 'Body' },
};
const REQUIRED: Text = { zh: '必填', en: 'required' };
const OPTIONAL: Text = { zh: '可选', en: 'optional' };
const NONE: Text = { zh: '（不需要填写）', en: '(takes no fields)' };
const ALL: Text = { zh: '全部操作', en: 'All operations' };
const EXAMPLE: Text = { zh: '示例', en: 'Example' };
const IN_FILE: Text = {
  zh: '文件中是一个 JSON 对象；JSON 的各项写在其中，其余各项也可以写在其中',
  en: 'the file holds a JSON object with the fields that are JSON; the others may stand in it too',
};

/** @throws {UsageError} for a name that is no operation's */
export const operationOf = (name: string): OperationName => {
  const found = OPERATION_NAMES.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  const { zh, en } = SLIPS.unknown(name, OPERATION_NAMES);
  throw new UsageError({ zh: `${zh}\n${ALL.zh}：anlian as --list`, en: `${en}\n${ALL.en}: anlian as --list` });
};

/** The options of an operation in short: `--site --company [--from]`. */
export const flagsLine = (name: OperationName): string =>
  flagsOf(OPERATIONS[name])
    .map((flag) => (isAlways(flag) ? `--${flag.name}` : `[--${flag.name}]`))
    .join(' ');

const usageOf = (name: OperationName): string => {
  const flags = flagsOf(OPERATIONS[name]);
  const valued = (flag: Flag): string => `--${flag.name} ${(flag.name.split('.').at(-1) ?? '').toUpperCase()}`;
  const optional = flags.filter((flag) => !isAlways(flag)).map((flag) => `[${valued(flag)}]`);
  return [
    `as ${PERSON} ${name}`,
    ...flags.filter(isAlways).map(valued),
    ...(optional.length <= FEW ? optional : ['[--FIELD VALUE …]']),
  ].join(' ');
};

/** `record#2`: a value of several forms that no field tells apart. */
const choiceIn = (choice: string, language: Language): string => {
  const [, value, form] = /^(.*)#(\d+)$/.exec(choice) ?? [];
  if (form === undefined) return choice;
  return language === 'zh' ? `${value} 为第 ${form} 种形式` : `form ${form} of ${value}`;
};

const needOf = ({ isRequired, when }: Flag, language: Language): string => {
  const need = (isRequired ? REQUIRED : OPTIONAL)[language];
  if (when.length === 0) return need;
  const choices = when.map((choice) => choiceIn(choice, language));
  return language === 'zh' ? `${choices.join('、')} 时${need}` : `${need} with ${choices.join(', ')}`;
};

const fieldLine = (flag: Flag, width: number, language: Language): string => {
  const preset = defaultOf(flag.schema)?.[language];
  const words = [accepted(flag.schema)[language], ...(preset === undefined ? [] : [preset])];
  return `    ${`--${flag.name}`.padEnd(width)}  ${needOf(flag, language)}  ${words.join(language === 'zh' ? '；' : '; ')}`;
};

const placeLines = (flags: readonly Flag[], place: Flag['place'], language: Language): string[] => {
  const here = flags.filter((flag) => flag.place === place);
  const width = Math.max(...here.map(({ name }) => name.length + 2));
  return here.length === 0
    ? []
    : [`  ${PLACES[place][language]}`, ...here.map((flag) => fieldLine(flag, width, language))];
};

/** What one operation takes, and a line to type. */
export const operationLines = (name: OperationName, who: string, language: Language): string[] => {
  const { method, path } = OPERATIONS[name];
  const flags = flagsOf(OPERATIONS[name]);
  const roles = rolesLine(name);
  const isFromFile = exampleOf(name).body?.startsWith('@') ?? false;
  return [
    `${name}: ${OPERATION_TEXTS[name][language]}`,
    `  ${method} /api/v1${path}`,
    ...(roles === undefined ? [] : [`  ${roles[language]}`]),
    ...(flags.length === 0 ? [`  ${NONE[language]}`] : []),
    ...(['path', 'query', 'body'] as const).flatMap((place) => placeLines(flags, place, language)),
    `  ${EXAMPLE[language]}`,
    `    ${exampleLine(name, who)}`,
    ...(isFromFile ? [`    ${IN_FILE[language]}`] : []),
  ];
};

/** The guide of one operation, once it is known which. */
export const operationGuide = (positionals: readonly string[]): Guide | undefined => {
  const name = OPERATION_NAMES.find((candidate) => positionals.includes(candidate));
  if (name === undefined) return undefined;
  const who = positionals.find((word) => word.includes('@')) ?? PERSON;
  return {
    usage: usageOf(name),
    options: flagsOf(OPERATIONS[name]).map((flag) => flag.name),
    help: (language) => operationLines(name, who, language),
    more: `anlian help ${name}`,
  };
};
