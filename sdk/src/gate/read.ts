import {
  AnlianError,
  formatId,
  MAX_PRESENTATION_BYTES,
  type PresentationFacts,
  toBase64Url,
  toInstant,
  VerificationError,
} from '@anlian/contracts';
import { kindOfClaims } from '../code/claims.ts';
import type { CodeKey } from '../code/keys.ts';
import { parseCodeText } from '../code/link.ts';
import { openCompanyCode } from '../code/open.ts';
import { openPresentation } from '../code/presentation.ts';
import { splitSign1 } from '../code/sign1.ts';
import type { Lists } from './lists.ts';

/** What a scanner read, checked as far as it can be without looking at the lists. */
export interface Reading {
  /** The bytes shown, for the record; null when they were not even a code's. */
  readonly presented: string | null;
  readonly presentation: PresentationFacts;
  readonly code: ReadCode | null;
}

export interface ReadCode {
  /** `cod_` id, to look for it among the revoked ones. */
  readonly id: string;
  readonly company: string;
  readonly expiresAt: string;
}

const UNREADABLE: PresentationFacts = { form: 'refused', reason: 'presentation_unreadable' };

const isCompanyCode = (bytes: Uint8Array): boolean => {
  try {
    return kindOfClaims(splitSign1(bytes, MAX_PRESENTATION_BYTES).payload) === 'company';
  } catch {
    return false;
  }
};

const bytesOf = (text: string): Uint8Array | null => {
  try {
    return parseCodeText(text).bytes;
  } catch {
    return null;
  }
};

/**
 * Opens a company's code.
 * @throws {AnlianError} `code_invalid`, naming the check that refused
 */
export const readCompanyCode = async (text: string, keys: readonly CodeKey[]): Promise<ReadCode> => {
  try {
    const claims = await openCompanyCode(parseCodeText(text).bytes, keys);
    return { id: formatId('cod', claims.cti), company: claims.sub, expiresAt: toInstant(claims.exp * 1000) };
  } catch (cause) {
    if (!(cause instanceof VerificationError)) throw cause;
    throw new AnlianError('code_invalid', { field: 'code', detail: cause.message, cause });
  }
};

/**
 * Reads what was shown. A company's code in place of a pass admits nobody, but its facts are told. Never rejects because of what
 * was shown as the pass.
 */
export const readShown = async (
  text: string,
  { codeKeys, openPass }: Pick<Lists, 'codeKeys' | 'openPass'>,
): Promise<Reading> => {
  const bytes = bytesOf(text);
  if (bytes === null || bytes.length > MAX_PRESENTATION_BYTES)
    return { presented: null, presentation: UNREADABLE, code: null };
  const presented = toBase64Url(bytes);
  const presentation = await openPresentation(bytes, openPass);
  if (presentation.form !== 'refused' || !isCompanyCode(bytes)) return { presented, presentation, code: null };
  const code = await readCompanyCode(text, codeKeys).catch(() => null);
  return { presented, presentation: UNREADABLE, code };
};
