import { type CheckName, canonicalText, VerificationError } from '@anlian/contracts';
import type * as z from 'zod';

const MAX_FAULTS = 5;

/** Names the fields at fault and what is wrong with them; never their values. */
const faultsOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, MAX_FAULTS)
    .map(({ path, code }) => `${path.join('/') || 'the whole'}: ${code}`)
    .join('; ');

/** @throws VerificationError `check` unless `value` has the schema's form */
export const requireForm = <T extends z.ZodType>(schema: T, value: unknown, check: CheckName): z.output<T> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new VerificationError(check, faultsOf(parsed.error));
  return parsed.data;
};

/** True when `text` is the RFC 8785 spelling of `value`: no space, no second key of a name, no byte before or after. */
export const isCanonical = (value: unknown, text: string): boolean => {
  try {
    return canonicalText(value) === text;
  } catch {
    return false;
  }
};

/** @throws VerificationError `check` with `detail` unless `holds` */
export function ensure(holds: boolean, check: CheckName, detail: string): asserts holds {
  if (!holds) throw new VerificationError(check, detail);
}
