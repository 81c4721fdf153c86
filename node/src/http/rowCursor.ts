import { AnlianError } from '@anlian/contracts';

/** The row number after which a page begins. @throws {AnlianError} `invalid_input` for what no page gave as its `next` */
export const rowCursor = (cursor: string): number => {
  if (!/^\d{1,15}$/.test(cursor)) throw new AnlianError('invalid_input', { field: 'cursor' });
  return Number(cursor);
};
