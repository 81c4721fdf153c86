import { transaction } from './messages.ts';

/** Names of Fabric's transaction validation codes (`peer/transaction.proto`). */
export type ValidationCode = keyof typeof transaction.TxValidationCode;

export const VALIDATION_CODES: { readonly [code in ValidationCode]: number } = transaction.TxValidationCode;

const NAMES = new Map(Object.entries(VALIDATION_CODES).map(([name, code]) => [code, name as ValidationCode]));

/** The name of a code in a transaction filter; a number that Fabric does not define is `INVALID_OTHER_REASON`. */
export const validationCodeName = (code: number): ValidationCode => NAMES.get(code) ?? 'INVALID_OTHER_REASON';
