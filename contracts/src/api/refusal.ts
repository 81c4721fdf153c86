import * as z from 'zod';
import { AnlianError, type ErrorCode, isErrorCode } from '../errors.ts';
import { TableCode } from '../ids.ts';
import { cleanLine } from './cleanText.ts';

/** More than an honest node finds wrong with one request: four faults for each of fifty papers. */
const MOST_FAULTS = 250;
const place = z
  .string()
  .max(200)
  .regex(/^[\w/.-]+$/, 'a JSON pointer or the name of a parameter');
const MOST_CHARACTERS = 300;
const words = z.union([z.literal(''), cleanLine(MOST_CHARACTERS)]);
/** Words as they arrive: too many are cut, those in no agreed form are left out. */
const heard = z
  .string()
  .transform((text) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text))
  .pipe(words);

/** One fault that another member's node found in what it was sent, as it is kept and shown here. */
export const PeerFault = z.object({ field: place, code: TableCode, detail: words });

const PeerWords = z.object({
  field: place.optional(),
  detail: heard.optional(),
  errors: z
    .array(z.object({ field: place, code: TableCode, detail: heard.catch('') }))
    .max(MOST_FAULTS)
    .optional(),
});

const codeOf = (body: unknown): ErrorCode | undefined => {
  const code = z.object({ code: z.unknown() }).safeParse(body).data?.code;
  return isErrorCode(code) ? code : undefined;
};

/**
 * The refusal in a problem that another member's node answered. That node may have gone bad, and what it says is kept and shown:
 * words that are not in the agreed form are dropped, and the code speaks alone.
 * @returns undefined for what is no problem with a code of the catalogue
 */
export const refusalFrom = (body: unknown): AnlianError | undefined => {
  const code = codeOf(body);
  if (code === undefined) return undefined;
  const parsed = PeerWords.safeParse(body).data;
  if (parsed === undefined) return new AnlianError(code, { detail: 'its reasons are not in the agreed form' });
  const { field, detail, errors } = parsed;
  return new AnlianError(code, {
    ...(field === undefined ? {} : { field }),
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  });
};
