import type { Language, Text } from '@anlian/contracts';
import { UsageError } from '../verb.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const hasOnly = (value: Fields, ...names: readonly string[]): boolean =>
  Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));

/** A text in both languages, or a code with nothing but such a text: the caller's language, the code beside it. */
const inWords = (value: Fields, language: Language): string | undefined => {
  if (hasOnly(value, 'zh', 'en')) return String(value[language]);
  if (!hasOnly(value, 'code', 'text')) return undefined;
  const words = isFields(value.text) ? inWords(value.text, language) : undefined;
  return words === undefined ? undefined : `${words} (${String(value.code)})`;
};

/** What fits on one line: a plain value, a text, or a list of these. */
const inLine = (value: unknown, language: Language): string | undefined => {
  if (isFields(value)) return inWords(value, language);
  if (!Array.isArray(value)) return String(value ?? '-');
  const parts = value.map((item) => (Array.isArray(item) ? undefined : inLine(item, language)));
  return parts.some((part) => part === undefined) ? undefined : parts.join(', ') || '-';
};

const itemLines = (item: unknown, language: Language): string[] =>
  linesOf(item, language).map((line, at) => `${at === 0 ? '- ' : '  '}${line}`);

const fieldLines = (name: string, value: unknown, language: Language): string[] => {
  const line = inLine(value, language);
  return line === undefined
    ? [`${name}:`, ...linesOf(value, language).map((inner) => `  ${inner}`)]
    : [`${name}: ${line}`];
};

/** An answer as indented lines, its texts in one language. */
export const linesOf = (value: unknown, language: Language): string[] => {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item) => itemLines(item, language));
  const line = inLine(value, language);
  if (line !== undefined) return [line];
  return Object.entries(value as Fields).flatMap(([name, inner]) => fieldLines(name, inner, language));
};

/** What stands at a path of an answer, or undefined: `items.0.evidence`, or `items.*.evidence` for that of each item. */
export const at = (value: unknown, path: string): unknown => {
  if (path === '') return value;
  const [key = '', ...rest] = path.split('.');
  if (key === '*' && Array.isArray(value)) return value.map((item) => at(item, rest.join('.')));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return at((value as Fields)[key], rest.join('.'));
};

const noField = (path: string, fields: readonly string[]): Text => ({
  zh: `回答中没有 ${path}；有：${fields.join('、')}`,
  en: `the answer has no ${path}; it has ${fields.join(', ')}`,
});

/** What stands at a path, for `--print`. */
export const fieldOf = (value: unknown, path: string): unknown => {
  const found = at(value, path);
  if (found === undefined) throw new UsageError(noField(path, Object.keys(isFields(value) ? value : {})));
  return found;
};
