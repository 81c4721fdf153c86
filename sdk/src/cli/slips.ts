import type { Text } from '@anlian/contracts';
import { nearest } from './nearest.ts';

/** A list that a person still reads in one line. */
const SHORT_LIST = 9;

const listed = (names: readonly string[], between: string): string =>
  names.length <= SHORT_LIST ? names.join(between) : `${names.slice(0, SHORT_LIST).join(between)} … (${names.length})`;

/** What can be wrong with a call: what was typed, and what is right. */
export const SLIPS = {
  missing: (what: string): Text => ({ zh: `缺少 ${what}`, en: `${what} is missing` }),
  empty: (what: string): Text => ({
    zh: `${what} 的内容为空：多半是命令行变量没有值`,
    en: `${what} is empty: probably a shell variable that is not set`,
  }),
  valueless: (option: string): Text => ({
    zh: `${option} 后面没有内容：多半是命令行变量没有值（以 - 开头的内容写成 ${option}=-…）`,
    en: `${option} has no value: probably a shell variable that is not set (what begins with - is written ${option}=-…)`,
  }),
  takesNone: (option: string): Text => ({ zh: `${option} 后面不写内容`, en: `${option} takes no value` }),
  tooMany: (word: string): Text => ({
    zh: `多出一项 ${word}：含空格的内容请加引号`,
    en: `${word} is one argument too many: put what has spaces in quotes`,
  }),
  /**
   * Not one of the words that are right; the nearest is offered, or all of them where they are few.
   * @param lead what stands before such a word where it is typed: `--`, or an option and a space
   */
  unknown: (typed: string, words: readonly string[], lead = ''): Text => {
    const meant = nearest(typed, words);
    const what = `${lead}${typed}`;
    if (meant !== undefined)
      return {
        zh: `没有 ${what}；是不是 ${lead}${meant}？`,
        en: `${what} is not known; did you mean ${lead}${meant}?`,
      };
    if (words.length === 0 || words.length > SHORT_LIST) return { zh: `没有 ${what}`, en: `${what} is not known` };
    const right = lead.endsWith(' ') ? words : words.map((word) => `${lead}${word}`);
    return { zh: `没有 ${what}；可用：${right.join('、')}`, en: `${what} is not known; there are ${right.join(', ')}` };
  },
  eitherOr: (one: string, other: string): Text => ({
    zh: `请写明 ${one} 或 ${other}，只写一个`,
    en: `say ${one} or ${other}, and only one`,
  }),
  severalThere: (option: string, names: readonly string[]): Text => ({
    zh: `这里不止一个，请用 ${option} 指明：${listed(names, '、')}`,
    en: `there are several here, name one with ${option}: ${listed(names, ', ')}`,
  }),
  malformed: (what: string, form: Text): Text => ({ zh: `${what} 应为${form.zh}`, en: `${what} must be ${form.en}` }),
  unreadable: (file: string): Text => ({ zh: `无法读取文件 ${file}`, en: `the file ${file} cannot be read` }),
  unwritable: (file: string): Text => ({ zh: `无法写入文件 ${file}`, en: `the file ${file} cannot be written` }),
} as const;
