import type { AddressInfo } from 'node:net';
import { type EmbeddedLedger, serveLedger } from '@anlian/consortium/ledger';
import { serve } from '@hono/node-server';
import { quietLog } from './embeddedLedger.ts';

/** An embedded ledger at an address of the loopback. */
export interface ServedLedger {
  readonly port: number;
  readonly url: string;
  /** Closes the ledger too: whoever follows it stays connected until then. */
  close(): Promise<void>;
}

/** Serves a ledger of this process; at a port of the system's choice when none is given. */
export const serveOnLoopback = (ledger: EmbeddedLedger, port = 0): Promise<ServedLedger> =>
  new Promise((resolve, reject) => {
    const server = serve({ fetch: serveLedger(ledger, quietLog).fetch, hostname: '127.0.0.1', port }, () => {
      const bound = (server.address() as AddressInfo).port;
      resolve({
        port: bound,
        url: `http://127.0.0.1:${bound}`,
        close: async () => {
          const closed = new Promise((done) => server.close(done));
          await ledger.close();
          if ('closeAllConnections' in server) server.closeAllConnections();
          await closed;
        },
      });
    });
    server.once('error', reject);
  });
