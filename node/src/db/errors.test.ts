import { AnlianError } from '@anlian/contracts';
import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { databaseError, isUniqueViolation, loggableDatabaseError } from './errors.ts';

const coded = (code: string, more = {}) => Object.assign(new Error('driver message'), { code, ...more });
const wrapped = (error: Error) => new DrizzleQueryError('insert into workers', ['张伟'], error);

describe('codes of database errors', () => {
  it.each([
    ['53100', 'storage_full'],
    ['ENOSPC', 'storage_full'],
    ['EDQUOT', 'storage_full'],
    ['08006', 'database_unavailable'],
    ['08P01', 'database_unavailable'],
    ['28P01', 'database_unavailable'],
    ['3D000', 'database_unavailable'],
    ['57P01', 'database_unavailable'],
    ['57P03', 'database_unavailable'],
    ['CONNECTION_CLOSED', 'database_unavailable'],
    ['CONNECT_TIMEOUT', 'database_unavailable'],
    ['ECONNREFUSED', 'database_unavailable'],
    ['23505', undefined],
    ['40001', undefined],
    ['57014', undefined],
    ['toString', undefined],
  ])('%s is %s, bare and wrapped by drizzle', (code, expected) => {
    expect(databaseError(coded(code))).toBe(expected);
    expect(databaseError(wrapped(coded(code)))).toBe(expected);
  });

  it('keeps our own code', () => {
    expect(databaseError(wrapped(new AnlianError('storage_full')))).toBe('storage_full');
  });

  it.each([[undefined], [null], ['53100'], [{ code: 53100 }], [new Error('53100')]])(
    '%s is not a database error',
    (value) => {
      expect(databaseError(value)).toBeUndefined();
      expect(isUniqueViolation(value)).toBe(false);
    },
  );

  it('tells a duplicate key, and of which constraint', () => {
    const error = wrapped(coded('23505', { constraint_name: 'companies_uscc_unique' }));
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'companies_uscc_unique')).toBe(true);
    expect(isUniqueViolation(error, 'companies_pkey')).toBe(false);
  });

  it('logs neither parameters nor rows', () => {
    const error = wrapped(coded('23505', { constraint_name: 'workers_pkey', detail: 'Key (name)=(张伟) exists' }));
    expect(error.message).toContain('张伟');
    expect(loggableDatabaseError(error)).toBe('23505 workers_pkey');
  });
});
