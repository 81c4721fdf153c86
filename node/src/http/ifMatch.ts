import { AnlianError } from '@anlian/contracts';
import type { Context } from 'hono';
import { requiredHeader } from './openapi.ts';

/** Header of an update, for a route's description; {@link requiredVersion} refuses a call without it. */
export const ifMatch = requiredHeader('if-match', 'The ETag of what the change was made from');

/** The entity tag of a version. */
export const etag = (version: number): string => `"${version}"`;

/** The version that an update was made from. @throws {AnlianError} `precondition_required`, `invalid_input` */
export const requiredVersion = (c: Context): number => {
  const header = c.req.header('if-match');
  if (header === undefined) throw new AnlianError('precondition_required', { field: 'If-Match' });
  const version = /^"(\d{1,9})"$/.exec(header)?.[1];
  if (version === undefined)
    throw new AnlianError('invalid_input', { field: 'If-Match', detail: 'one entity tag, as in ETag' });
  return Number(version);
};
