import { MAX_PRESENTATION_BYTES, VerificationError } from '@anlian/contracts';
import { kindOfClaims } from '../../code/claims.ts';
import { parseCodeText } from '../../code/link.ts';
import { splitSign1 } from '../../code/sign1.ts';

/**
 * What the bytes of a code say they are; no signature is looked at.
 * @throws {VerificationError} `cose_form`, `cwt_form` for bytes that are no code
 */
export const kindOfCode = (bytes: Uint8Array): ReturnType<typeof kindOfClaims> =>
  kindOfClaims(splitSign1(bytes, MAX_PRESENTATION_BYTES).payload);

/** Whether a QR text is that of a company's credit code. */
export const isCompanyCode = (text: string): boolean => {
  try {
    return kindOfCode(parseCodeText(text).bytes) === 'company';
  } catch (error) {
    if (error instanceof VerificationError) return false;
    throw error;
  }
};
