import {
  AnlianError,
  ERRORS,
  type FieldFault,
  isErrorCode,
  type Language,
  type Operation,
  type Text,
  usccFault,
  VIEWS,
} from '@anlian/contracts';
import { nearest } from '../nearest.ts';
import { SLIPS } from '../slips.ts';
import { accepted } from './describe.ts';
import { type Flag, flagsOf } from './flags.ts';
import { FORMS } from './forms.ts';
import type { OperationInput } from './input.ts';
import { at } from './print.ts';
import { formsOf } from './schema.ts';

const USCC_FAULTS: Readonly<Record<NonNullable<ReturnType<typeof usccFault>>, Text>> = {
  length: { zh: '应为 18 位', en: 'it has 18 characters' },
  alphabet: {
    zh: '只含数字和大写字母，不含 I、O、S、V、Z',
    en: 'it has digits and capitals only, without I, O, S, V and Z',
  },
  organisation_check: {
    zh: '第 17 位（校验位）与第 9 至 16 位不符，多半抄错一位',
    en: 'its 17th character does not fit the 9th to 16th: one is probably mistyped',
  },
  check: {
    zh: '第 18 位（校验位）与前 17 位不符，多半抄错一位',
    en: 'its last character does not fit the others: one is probably mistyped',
  },
};

/** A node tells places as JSON pointers; the ledger's begin with the command's arguments. */
const pathOf = (field: string): string | undefined => {
  const [, path] = /^\/(?:args\/)?(.+)$/.exec(field) ?? [];
  return path?.replaceAll('/', '.');
};

/** The option that a path is about: of the value itself, or of the list or object around it. */
const flagAt = (flags: readonly Flag[], path: string): Flag | undefined => {
  const found = flags.find(({ name }) => name === path);
  const end = path.lastIndexOf('.');
  return found ?? (end === -1 ? undefined : flagAt(flags, path.slice(0, end)));
};

const valueAt = ({ params, query, body }: OperationInput, path: string): unknown =>
  at(params, path) ?? at(query, path) ?? at(body, path);

/** Whether a value has the form that its option asks for, as far as forms have names. */
const isInForm = ({ schema }: Flag, value: unknown): boolean =>
  formsOf(schema).some(({ form }) => form === undefined || FORMS[form].schema.safeParse(value).success);

/** The word of a closed list that was meant. */
const meantFor = ({ schema }: Flag, value: unknown): Text | undefined => {
  const words = formsOf(schema).flatMap(({ enum: values = [] }) => values.map(String));
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  return meant === undefined ? undefined : { zh: `是不是 ${meant}？`, en: `did you mean ${meant}?` };
};

const wordsFor = (flag: Flag, value: unknown, { code, detail }: FieldFault): Text => {
  const bad = code === 'invalid_uscc' && typeof value === 'string' ? usccFault(value) : undefined;
  if (bad !== undefined) return USCC_FAULTS[bad];
  if (isErrorCode(code) && code !== 'invalid_input') return { zh: ERRORS[code].text.zh, en: detail };
  const isOther = code === 'custom' && isInForm(flag, value);
  return isOther ? { zh: detail, en: detail } : (meantFor(flag, value) ?? accepted(flag.schema));
};

const lacking = (flags: readonly Flag[], path: string): Flag[] =>
  flags.filter(({ name, isRequired }) => isRequired && name.startsWith(`${path}.`));

interface Asked {
  readonly operation: Operation;
  readonly input: OperationInput;
  readonly language: Language;
}

/** What is typed as one option, a fact's key, the node tells of by its parts. */
const wordsForKey = (path: string, { type = '' }: OperationInput['params']): Text | undefined => {
  const place = /^key(?:\.(\d))?$/.exec(path);
  if (!place || !Object.hasOwn(VIEWS, type)) return undefined;
  const { form } = VIEWS[type as keyof typeof VIEWS];
  const wrong = place[1] === undefined ? undefined : form.split('/')[Number(place[1])];
  return wrong === undefined
    ? { zh: `${type} 的键是 ${form}`, en: `${type}: ${form}` }
    : { zh: `${type} 的键是 ${form}，其中 ${wrong} 有误`, en: `${type}: ${form}, of which ${wrong} is not right` };
};

/** One mistake in the words of whoever typed it: the option, and what it accepts. */
const inWords = (fault: FieldFault, { operation, input, language }: Asked): FieldFault[] => {
  const path = pathOf(fault.field);
  const flags = flagsOf(operation);
  const flag = path === undefined ? undefined : flagAt(flags, path);
  if (path === undefined) return [fault];
  const told = (one: Flag, words: Text): FieldFault => ({ ...fault, field: `--${one.name}`, detail: words[language] });
  const missing = (one: Flag): FieldFault => {
    const [{ zh, en }, form] = [SLIPS.missing(`--${one.name}`), accepted(one.schema)];
    return { ...fault, field: '', detail: { zh: `${zh}：${form.zh}`, en: `${en}: ${form.en}` }[language] };
  };
  const key = flag === undefined ? wordsForKey(path, input.params) : undefined;
  if (key !== undefined) return [{ ...fault, field: '--fact', detail: key[language] }];
  if (flag === undefined) {
    const inside = lacking(flags, path);
    return inside.length === 0 ? [fault] : inside.map(missing);
  }
  return [
    valueAt(input, flag.name) === undefined ? missing(flag) : told(flag, wordsFor(flag, valueAt(input, path), fault)),
  ];
};

/**
 * What a node found wrong with a call, told of the options that were typed. One line for each mistake: a value of the wrong form
 * fails for several reasons, and what is right is the same for all of them.
 */
export const inOptions = (error: AnlianError, asked: Asked): AnlianError => {
  const { code, field, detail, errors, cause } = error;
  if (errors?.length) {
    const told = errors.flatMap((fault) => inWords(fault, asked));
    const lines = new Map(told.map((fault) => [`${fault.field} ${fault.detail}`, fault]));
    return new AnlianError(code, { errors: [...lines.values()], cause });
  }
  const flag = flagAt(flagsOf(asked.operation), (field && pathOf(field)) ?? '');
  if (flag === undefined) return error;
  return new AnlianError(code, { field: `--${flag.name}`, ...(detail === undefined ? {} : { detail }), cause });
};
