import { AnlianError } from '@anlian/contracts';

const within = (prefix: string, field: string | undefined): string =>
  field === undefined || field === '/' ? prefix : `${prefix}/${field.replace(/^\//, '')}`;

/** The same refusal, of something that stands at `prefix`. */
export const placed = (prefix: string, { code, field, detail, errors }: AnlianError): AnlianError =>
  new AnlianError(code, {
    field: within(prefix, field),
    ...(detail !== undefined && { detail }),
    ...(errors && { errors: errors.map((fault) => ({ ...fault, field: within(prefix, fault.field) })) }),
  });

/**
 * One refusal for a batch: the code and place of the first refused command, and in `errors` a fault of each, so that whoever sent them
 * need not find the refused ones one after another.
 */
export const refusalOfBatch = (refused: readonly (readonly [index: number, refusal: AnlianError])[]): AnlianError => {
  const all = refused.map(([index, refusal]) => placed(`/batch/${index}`, refusal));
  const [first] = all;
  return new AnlianError(first?.code ?? 'internal_error', {
    field: first?.field ?? '/batch',
    ...(first?.detail !== undefined && { detail: first.detail }),
    // Without their details: a refusal travels in the trailers of an HTTP/2 answer, which are short.
    errors: all.map(({ code, field = '' }) => ({ field, code, detail: '' })),
  });
};
