import * as z from 'zod';

/**
 * What neither a database nor RFC 8785 can hold, what could forge a second line or move a terminal's cursor, and what turns the
 * direction of reading (Unicode TR 36, section 3.2). Joiners stay: some scripts need them.
 */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const CONTROL_IN_PROSE = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
/** Something that a reader sees: blanks, format characters and fillers are nothing. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0\u2800]/u;

const isFreeOf = (control: RegExp) => (text: string) =>
  text.isWellFormed() && !control.test(text) && VISIBLE.test(text);

/** One line of text as it was given: no control characters, no lone surrogates. */
export const cleanLine = (max: number) =>
  z.string().min(1).max(max).refine(isFreeOf(CONTROL), 'something to read, and no control characters');

/** One line that a person typed: the blanks around it are dropped. */
export const typedLine = (max: number) =>
  z.string().trim().min(1).max(max).refine(isFreeOf(CONTROL), 'something to read, and no control characters');

/** Several lines that a person typed. */
export const typedProse = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(isFreeOf(CONTROL_IN_PROSE), 'something to read, and no control characters but new lines');
