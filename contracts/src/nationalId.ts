import * as z from 'zod';
import { Day } from './time.ts';

/** GB 11643 (ISO 7064 MOD 11-2): the weight of place i is 2^(17-i) mod 11. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

export type NationalIdFault = 'form' | 'birth_date' | 'check';

/** The check character of the first seventeen digits. */
export const nationalIdCheck = (seventeen: string): string =>
  CHECK_CHARACTERS.charAt(WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(seventeen[at]), 0) % 11);

/** The birth date inside a national id: digits 7 to 14, not tested to be a day. */
export const nationalIdBirthDate = (id: string): string => `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;

/** What is wrong with a 公民身份号码, or undefined. A number that a spreadsheet shortened (`3.20106E+17`) is refused, never guessed. */
export const nationalIdFault = (text: string): NationalIdFault | undefined => {
  if (!/^[1-9]\d{16}[\dX]$/.test(text)) return 'form';
  if (!Day.safeParse(nationalIdBirthDate(text)).success) return 'birth_date';
  if (nationalIdCheck(text) !== text.charAt(17)) return 'check';
  return undefined;
};

/** A 公民身份号码 (GB 11643), its last character upper case. */
export const NationalId = z
  .string()
  .max(18)
  .superRefine((text, context) => {
    const fault = nationalIdFault(text);
    if (fault)
      context.addIssue({
        code: 'custom',
        message: `invalid national id: ${fault}`,
        params: { error: 'invalid_national_id', fault },
      });
  });
