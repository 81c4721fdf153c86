import * as z from 'zod';

/** GB 32100: digits and capitals without I, O, S, V, Z; the index is the value. */
const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/** GB 11714 inside it, characters 9 to 17. */
const ORGANISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

export type UsccFault = 'length' | 'alphabet' | 'organisation_check' | 'check';

const weigh = (text: string, alphabet: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * alphabet.indexOf(text.charAt(at)), 0);

/** The GB 11714 check character of eight characters (0 to 9, X). */
export const organisationCheck = (eight: string): string => {
  const value = (11 - (weigh(eight, ORGANISATION_ALPHABET, ORGANISATION_WEIGHTS) % 11)) % 11;
  return value === 10 ? 'X' : String(value);
};

/** The GB 32100 check character of seventeen characters. */
export const usccCheck = (seventeen: string): string =>
  USCC_ALPHABET.charAt((31 - (weigh(seventeen, USCC_ALPHABET, USCC_WEIGHTS) % 31)) % 31);

/** What is wrong with a 统一社会信用代码, or undefined. Both check characters are tested. */
export const usccFault = (text: string): UsccFault | undefined => {
  if (text.length !== 18) return 'length';
  if ([...text].some((character) => !USCC_ALPHABET.includes(character))) return 'alphabet';
  if (organisationCheck(text.slice(8, 16)) !== text.charAt(16)) return 'organisation_check';
  if (usccCheck(text.slice(0, 17)) !== text.charAt(17)) return 'check';
  return undefined;
};

/** A 统一社会信用代码, upper case, both check characters right. */
export const Uscc = z.string().superRefine((text, context) => {
  const fault = usccFault(text);
  if (fault)
    context.addIssue({ code: 'custom', message: `invalid uscc: ${fault}`, params: { error: 'invalid_uscc', fault } });
});
export type Uscc = z.infer<typeof Uscc>;
