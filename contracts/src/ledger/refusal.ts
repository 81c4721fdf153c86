import * as z from 'zod';
import { canonicalText } from '../canonical.ts';
import { AnlianError, type ErrorCode, isErrorCode } from '../errors.ts';

const FieldFault = z.object({ field: z.string(), code: z.string(), detail: z.string() });
const Refusal = z.object({
  code: z.custom<ErrorCode>(isErrorCode),
  field: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(FieldFault).optional(),
});

/** The text in which a refusal travels: a chaincode response's message, on every ledger. */
export const encodeRefusal = ({ code, field, detail, errors }: AnlianError): string =>
  canonicalText({ code, ...(field && { field }), ...(detail && { detail }), ...(errors && { errors }) });

/** The error that a refusing chaincode meant, wherever in a message its JSON stands; undefined when it is not one of ours. */
export const decodeRefusal = (message: string): AnlianError | undefined => {
  const start = message.indexOf('{"code"');
  if (start < 0) return undefined;
  try {
    const { code, field, detail, errors } = Refusal.parse(
      JSON.parse(message.slice(start, message.lastIndexOf('}') + 1)),
    );
    return new AnlianError(code, {
      ...(field !== undefined && { field }),
      ...(detail !== undefined && { detail }),
      ...(errors !== undefined && { errors }),
    });
  } catch {
    return undefined;
  }
};
