import type { ParameterOrJSON, Sql, TransactionSql, UnsafeQueryOptions } from 'postgres';

/**
 * Statements up to this length are prepared once and kept by the connection. Longer ones are inserts of many rows, which
 * differ in their number of rows: to keep each would fill the server's memory with plans that are never used again.
 */
const MAX_PREPARED_LENGTH = 2_000;

type Unsafe = (statement: string, parameters?: ParameterOrJSON<never>[], options?: UnsafeQueryOptions) => unknown;
type Scope = (body: (tx: TransactionSql) => unknown) => unknown;

/**
 * Makes the statements that drizzle sends prepared ones. Drizzle asks for unnamed statements, each of which costs two round
 * trips and a new plan (measured on the embedded engine: inserts 1.4 x, reads 2 x faster when prepared).
 */
export function prepareStatements(client: Sql): Sql {
  prepareIn(client);
  replace(client, 'begin', (begin: (...args: unknown[]) => unknown) => (...args: unknown[]) => {
    const body = args.pop() as (tx: TransactionSql) => unknown;
    return begin(...args, (tx: TransactionSql) => body(prepareTransaction(tx)));
  });
  return client;
}

function prepareTransaction(tx: TransactionSql): TransactionSql {
  prepareIn(tx);
  replace(
    tx,
    'savepoint',
    (savepoint: Scope) => (body: (inner: TransactionSql) => unknown) =>
      savepoint((inner) => body(prepareTransaction(inner))),
  );
  return tx;
}

function prepareIn(client: Sql | TransactionSql): void {
  replace(
    client,
    'unsafe',
    (unsafe: Unsafe): Unsafe =>
      (statement, parameters = [], options = {}) =>
        unsafe(statement, parameters, {
          ...options,
          prepare: parameters.length > 0 && statement.length <= MAX_PREPARED_LENGTH,
        }),
  );
}

function replace<F>(client: object, name: string, wrap: (original: F) => F): void {
  Reflect.set(client, name, wrap(Reflect.get(client, name)));
}
