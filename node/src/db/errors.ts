import { AnlianError, type ErrorCode } from '@anlian/contracts';

/**
 * Codes that mean the same for every statement: SQLSTATEs (PostgreSQL, appendix A), system errors and those of
 * `postgres`. What a violated constraint means is for the store to say.
 */
const CODES = new Map<string, ErrorCode>(
  Object.entries({
    53100: 'storage_full',
    ENOSPC: 'storage_full',
    EDQUOT: 'storage_full',
    '3D000': 'database_unavailable', // no such database
    53300: 'database_unavailable', // too many connections
    '57P01': 'database_unavailable', // administrator shuts the server down
    '57P02': 'database_unavailable', // the server recovers from a crash
    '57P03': 'database_unavailable', // the server is starting
    '58030': 'database_unavailable', // I/O error
    CONNECTION_CLOSED: 'database_unavailable',
    CONNECTION_DESTROYED: 'database_unavailable',
    CONNECTION_ENDED: 'database_unavailable',
    CONNECT_TIMEOUT: 'database_unavailable',
    EAI_AGAIN: 'database_unavailable',
    ECONNREFUSED: 'database_unavailable',
    ECONNRESET: 'database_unavailable',
    EHOSTUNREACH: 'database_unavailable',
    ENOENT: 'database_unavailable', // the server's Unix socket
    ENOTFOUND: 'database_unavailable',
    EPIPE: 'database_unavailable',
    ETIMEDOUT: 'database_unavailable',
  }),
);

/** Classes of SQLSTATE: its first two characters. */
const CLASSES = new Map<string, ErrorCode>(
  Object.entries({
    '08': 'database_unavailable', // connection exception
    28: 'database_unavailable', // invalid authorization
  }),
);

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The error and its causes, outermost first; drizzle wraps the driver's error. */
function* chain(error: unknown): Generator<object> {
  for (let current = error; typeof current === 'object' && current !== null; ) {
    yield current;
    current = 'cause' in current ? current.cause : undefined;
  }
}

const property = (error: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
};

/** The stable code for a failure of the disk or of the connection; undefined for any other error. */
export function databaseError(error: unknown): ErrorCode | undefined {
  for (const link of chain(error)) {
    if (link instanceof AnlianError) return link.code;
    const code = property(link, 'code') ?? '';
    const known = CODES.get(code) ?? (SQLSTATE.test(code) ? CLASSES.get(code.slice(0, 2)) : undefined);
    if (known) return known;
  }
  return undefined;
}

/** Is this a duplicate key; of that constraint or unique index, when one is named? */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  for (const link of chain(error)) {
    if (property(link, 'code') === '23505') {
      return constraint === undefined || property(link, 'constraint_name') === constraint;
    }
  }
  return false;
}

/**
 * What may be logged of a database error: `SQLSTATE constraint`. The messages of drizzle quote the parameters and those of
 * PostgreSQL the offending row, which hold personal data.
 */
export function loggableDatabaseError(error: unknown): string | undefined {
  for (const link of chain(error)) {
    const code = property(link, 'code');
    if (code)
      return [code, property(link, 'constraint_name') ?? property(link, 'table_name')].filter(Boolean).join(' ');
  }
  return undefined;
}
