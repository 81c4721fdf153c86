import { fromBase64Url, toBase64Url } from '@anlian/contracts';
import * as z from 'zod';

/** Every field of an object schema as a path; `[]` stands for the elements of a list. */
export const fieldsOf = (schema: z.ZodType, path = ''): string[] => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return fieldsOf(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodArray) return fieldsOf(schema.element as z.ZodType, `${path}[]`);
  if (!(schema instanceof z.ZodObject)) return [path];
  return Object.entries(schema.shape).flatMap(([name, field]) =>
    fieldsOf(field as z.ZodType, path === '' ? name : `${path}.${name}`),
  );
};

type Json = Record<string, unknown>;

/** A copy with one field changed; `[]` in the path is the first element. */
export const withField = <T>(value: T, path: string, change: (before: never) => unknown): T => {
  const copy = structuredClone(value);
  const steps = path.replaceAll('[]', '.0').split('.');
  const last = steps.pop() ?? '';
  const holder = steps.reduce((at, step) => at[step] as Json, copy as Json);
  holder[last] = change(holder[last] as never);
  return copy;
};

/** Puts another character of the same alphabet at a place: counted from the end when negative. */
export const otherAt =
  (place: number) =>
  (text: string): string => {
    const at = place < 0 ? text.length + place : place;
    const next = text[at] === 'A' ? 'B' : text[at] === 'a' ? 'b' : /[A-Z]/.test(text[at] ?? '') ? 'A' : 'a';
    return text.slice(0, at) + next + text.slice(at + 1);
  };

/** Puts another last digit. */
export const otherNumber = (number: number): number => (number % 10 === 9 ? number - 1 : number + 1);

/** One bit of the bytes behind a base64url text: counted from the end when negative. */
export const bitAt =
  (place: number) =>
  (text: string): string => {
    const bytes = fromBase64Url(text);
    const at = place < 0 ? bytes.length + place : place;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return toBase64Url(bytes);
  };
