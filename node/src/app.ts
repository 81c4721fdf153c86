import { randomUUID } from 'node:crypto';
import { AnlianError } from '@anlian/contracts';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { carrierRoutes } from './carrier/routes.ts';
import { contractorRoutes } from './contractors/routes.ts';
import type { NodeDeps } from './deps.ts';
import { evidenceRoutes, logRoutes } from './evidence/routes.ts';
import { gateRoutes } from './gates/routes.ts';
import { companySuspensions } from './gates/suspensions.ts';
import type { AppEnv } from './http/caller.ts';
import { problem, problemHandler } from './http/problem.ts';
import { identityRoutes } from './identity/routes.ts';
import { alarmRoutes } from './ledger/alarmRoutes.ts';
import { ledgerRoutes } from './ledger/routes.ts';
import { networkRoutes } from './network/routes.ts';
import { portalFiles } from './operations/portal.ts';
import { documentation, type Operations, operationsRoutes } from './operations/routes.ts';
import { splitViewRoutes, witnessRoutes } from './witness/routes.ts';
import { workerRoutes } from './workers/routes.ts';

const MAX_BODY_BYTES = 8 << 20;

/** The node's HTTP surface. Everything under `/oidc` is the issuer's and never reaches it. */
export const createApp = (deps: NodeDeps, operations: Operations): OpenAPIHono<AppEnv> => {
  const app = new OpenAPIHono<AppEnv>({ strict: false });
  app.onError(problemHandler(deps.log));
  app.notFound((c) => problem(c, new AnlianError('not_found')));
  app.use(async (c, next) => {
    c.set('traceId', randomUUID());
    await next();
  });
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => problem(c, new AnlianError('payload_too_large')) }));
  app.route('/', operationsRoutes(deps, operations));
  app.route('/log', logRoutes(deps));
  app.route('/witness', witnessRoutes(deps));
  for (const routes of [
    identityRoutes(deps),
    ledgerRoutes(deps),
    alarmRoutes(deps),
    networkRoutes(deps),
    contractorRoutes(deps, companySuspensions(deps)),
    workerRoutes(deps),
    gateRoutes(deps),
    evidenceRoutes(deps),
    splitViewRoutes(deps),
    carrierRoutes(deps),
  ]) {
    app.route('/api/v1', routes);
  }
  documentation(app, operations.version);
  app.route('/', portalFiles());
  return app;
};
