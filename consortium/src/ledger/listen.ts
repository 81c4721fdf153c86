import type { AddressInfo } from 'node:net';
import { AnlianError } from '@anlian/contracts';
import { type ServerType, serve } from '@hono/node-server';
import type { Hono } from 'hono';

export interface Listening {
  readonly url: string;
  /** Takes no more connections, lets answers under way out, then ends what is still open. */
  close(): Promise<void>;
}

/** Connections that were busy at the close stay open for their next request, which never comes. */
const LINGER_MS = 300;

const closeServer = (server: ServerType): Promise<void> =>
  new Promise((resolve) => {
    const linger = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), LINGER_MS);
    server.close(() => {
      clearTimeout(linger);
      resolve();
    });
  });

/** Serves on one address. Throws `port_taken`. */
export const listen = (
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port });
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new AnlianError('port_taken', { field: 'port', detail: `${host}:${port}`, cause })
          : cause,
      );
    });
    server.once('listening', () => {
      const { port: bound } = server.address() as AddressInfo;
      resolve({ url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, close: () => closeServer(server) });
    });
  });
