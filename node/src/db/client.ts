import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { AnlianError } from '@anlian/contracts';
import postgres from 'postgres';
import type { EngineStart } from './engineMessages.ts';
import { EngineSocket } from './engineSocket.ts';
import { prepareStatements } from './prepared.ts';

/** `postgres` reads this option, but its types do not list it. */
type Options = postgres.Options<Record<string, never>> & { socket?: (target: Target) => Duplex };

interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false;
}

const COMMON = {
  // Notices such as "relation exists already, skipping" would go to standard output.
  onnotice: () => {},
  connection: { application_name: 'anlian', TimeZone: 'UTC' },
} satisfies Options;

/** A pool of connections to a PostgreSQL server. */
export function serverClient(url: string, connections: number): postgres.Sql {
  const options: Options = { ...COMMON, max: connections, socket: connectWithoutDelay };
  return prepareStatements(postgres(url, options));
}

/** `postgres` leaves Nagle's algorithm on: each small message after the first waits for an acknowledgement. */
function connectWithoutDelay({ host, port, path }: Target): Duplex {
  if (path) return connect({ path });
  const server = { host: host[0] ?? 'localhost', port: port[0] ?? 5432 };
  // TLS takes the server's name from the socket.
  return Object.assign(connect({ ...server, noDelay: true }), server);
}

export interface EngineClient {
  readonly client: postgres.Sql;
  /** Waits for running queries (at most 5 s) and returns when the engine has left its directory. */
  close(): Promise<void>;
}

/** The one connection to an embedded engine, which runs as long as the connection; after a crash the next query starts another. */
export function engineClient(start: EngineStart): EngineClient {
  let engine: EngineSocket | undefined;
  const socket = (): Duplex => {
    if (engine && !engine.closed) return refused();
    engine = new EngineSocket(start);
    return engine;
  };
  const options: Options = {
    ...COMMON,
    user: 'postgres',
    database: 'postgres',
    max: 1,
    max_lifetime: null,
    // Initialising a cluster on a busy machine may take longer than any time-out that suits a network.
    connect_timeout: 0,
    socket,
  };
  const client = prepareStatements(postgres(options));
  const close = async () => {
    await endClient(client);
    await engine?.ended();
  };
  return { client, close };
}

/** Waits for running queries, at most 5 s, and closes the connections. */
export const endClient = (client: postgres.Sql): Promise<void> => client.end({ timeout: 5 });

/** `postgres` opens a second connection to cancel a query or to listen: a second engine would destroy the directory. */
function refused(): Duplex {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  setImmediate(() =>
    socket.destroy(new AnlianError('database_unavailable', { detail: 'the embedded database has one connection' })),
  );
  return socket;
}
