import * as z from 'zod';

/** What neither a database nor RFC 8785 can hold, and what could forge a second line or move a terminal's cursor. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const CONTROL_IN_PROSE = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}]/u;

const isFreeOf = (control: RegExp) => (text: string) => text.isWellFormed() && !control.test(text);

/** One line of text as it was given: no control characters, no lone surrogates. */
export const cleanLine = (max: number) => z.string().min(1).max(max).refine(isFreeOf(CONTROL), 'no control characters');

/** One line that a person typed: the blanks around it are dropped. */
export const typedLine = (max: number) =>
  z.string().trim().min(1).max(max).refine(isFreeOf(CONTROL), 'no control characters');

/** Several lines that a person typed. */
export const typedProse = (max: number) =>
  z.string().trim().min(1).max(max).refine(isFreeOf(CONTROL_IN_PROSE), 'no control characters but new lines');
