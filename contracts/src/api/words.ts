import * as z from 'zod';
import { LedgerReceipt } from './common.ts';

/** A text in both languages, as answers carry it. */
export const label = z.object({ zh: z.string(), en: z.string() });

/** A code with what a person reads for it. */
export const coded = <K extends string>(codes: readonly [K, ...K[]]) => z.object({ code: z.enum(codes), text: label });

/** The same for a code that another version or policy may know and this one not. */
export const openCoded = z.object({ code: z.string(), text: label });

/** What the answer to a change adds when it goes to the ledger. */
export const onLedger = { ledger: LedgerReceipt.optional() };
