import { base64Url, type Text } from '@anlian/contracts';
import { FORMS } from './forms.ts';
import { formsOf, isJson, isNullable, jsonSchema, type Schema } from './schema.ts';

const WORDS = {
  or: { zh: '或', en: 'or' },
  nothing: { zh: 'null（没有）', en: 'null (none)' },
  text: { zh: '文字', en: 'text' },
  whole: { zh: '整数', en: 'a whole number' },
  number: { zh: '数字', en: 'a number' },
  truth: { zh: 'true 或 false', en: 'true or false' },
  object: { zh: 'JSON 对象', en: 'a JSON object' },
  list: { zh: 'JSON 数组', en: 'a JSON array' },
  several: { zh: '可多项，用逗号分隔', en: 'or several with commas between' },
  address: { zh: '网址', en: 'a web address' },
  base64Url: { zh: 'base64url', en: 'base64url' },
} as const satisfies Record<string, Text>;

/** The same for any length. */
const BASE64URL_PATTERN = jsonSchema(base64Url(1)).pattern;
const ID_PATTERN = /^\^([a-z]{3}_)\[0-9a-f\]\{32\}\$$/;

/** zod writes these bounds for any whole number. */
const isBound = (limit: number | undefined): limit is number =>
  limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;

const range = (least: number | undefined, most: number | undefined, unit: Text): Text | undefined => {
  const [low, high] = [isBound(least) ? least : undefined, isBound(most) ? most : undefined];
  if (low !== undefined && high !== undefined)
    return low === high
      ? { zh: `${low}${unit.zh}`, en: `${low}${unit.en}` }
      : { zh: `${low} 至 ${high}${unit.zh}`, en: `${low} to ${high}${unit.en}` };
  if (low !== undefined) return { zh: `至少 ${low}${unit.zh}`, en: `at least ${low}${unit.en}` };
  if (high !== undefined) return { zh: `至多 ${high}${unit.zh}`, en: `at most ${high}${unit.en}` };
  return undefined;
};

const NO_UNIT: Text = { zh: '', en: '' };
const CHARACTERS: Text = { zh: ' 个字符', en: ' characters' };
const ITEMS: Text = { zh: ' 项', en: ' items' };

const withRange = (what: Text, limits: Text | undefined): Text =>
  limits === undefined ? what : { zh: `${what.zh}，${limits.zh}`, en: `${what.en}, ${limits.en}` };

const ofNumber = ({ type, minimum, maximum }: Schema): Text =>
  withRange(type === 'integer' ? WORDS.whole : WORDS.number, range(minimum, maximum, NO_UNIT));

const ofText = ({ pattern, format, minLength, maxLength }: Schema): Text => {
  const prefix = ID_PATTERN.exec(pattern ?? '')?.[1];
  if (prefix !== undefined)
    return { zh: `编号（${prefix} 加 32 位十六进制数字）`, en: `an id, ${prefix} and 32 hexadecimal digits` };
  const named = format === 'uri' ? WORDS.address : pattern === BASE64URL_PATTERN ? WORDS.base64Url : undefined;
  const limited = withRange(named ?? WORDS.text, range(minLength, maxLength, CHARACTERS));
  return named !== undefined || pattern === undefined
    ? limited
    : { zh: `${limited.zh} ${pattern}`, en: `${limited.en} ${pattern}` };
};

const ofList = (schema: Schema): Text => {
  const { items = {}, minItems, maxItems } = schema;
  const limits = range(minItems, maxItems, ITEMS);
  if (isJson(schema)) return withRange(WORDS.list, limits);
  const item = accepted(items);
  return withRange({ zh: `${item.zh}；${WORDS.several.zh}`, en: `${item.en}; ${WORDS.several.en}` }, limits);
};

const joined = (texts: readonly Text[], { zh, en }: Text): Text => ({
  zh: [...new Set(texts.map((text) => text.zh))].join(zh),
  en: [...new Set(texts.map((text) => text.en))].join(en),
});

const ofForm = (schema: Schema): Text => {
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (schema.form !== undefined) return FORMS[schema.form].accepts;
  if (values) return { zh: values.join(' | '), en: values.join(' | ') };
  if (schema.type === 'boolean') return WORDS.truth;
  if (schema.type === 'integer' || schema.type === 'number') return ofNumber(schema);
  if (schema.type === 'array') return ofList(schema);
  return schema.type === 'object' ? WORDS.object : ofText(schema);
};

/** What a field accepts, in words: its type, the values or the limits. */
export const accepted = (schema: Schema): Text => {
  const forms = formsOf(schema).map(ofForm);
  return joined([...forms, ...(isNullable(schema) ? [WORDS.nothing] : [])], {
    zh: ` ${WORDS.or.zh} `,
    en: ` ${WORDS.or.en} `,
  });
};

/** What stands in for a field that is left out, where something does. */
export const defaultOf = ({ default: value }: Schema): Text | undefined => {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  const shown = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return { zh: `不写为 ${shown}`, en: `${shown} when left out` };
};
