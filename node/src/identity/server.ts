import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Identity } from './identity.ts';
import { isIssuers } from './mount.ts';

interface Application {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** The node's HTTP server: the issuer reads its own bodies, everything else is the application's. */
export const createNodeServer = ({
  app,
  identity,
}: {
  app: Application;
  identity: Pick<Identity, 'callback'>;
}): Server => {
  const answer = getRequestListener(app.fetch);
  return createServer((req, res) => (isIssuers(req) ? identity.callback(req, res) : answer(req, res)));
};
