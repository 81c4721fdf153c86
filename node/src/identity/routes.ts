import {
  API_SCOPE,
  apiResource,
  Client,
  ClientPage,
  canonicalText,
  DEVELOPMENT_LABEL,
  formatId,
  IdentityInfo,
  issuerOf,
  MachineClientId,
  PageQuery,
  PERSONA_CODES,
  PERSONAS,
  RegisterClient,
  ROLES,
  SIGN_IN_METHODS,
  toInstant,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { Config } from '../config.ts';
import type { Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { change, update } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads, updates } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { disableClient, listClients, registerClient } from './store.ts';

type IdentityRoutesDeps = Pick<
  NodeDeps,
  'config' | 'db' | 'clock' | 'random' | 'guard' | 'queue' | 'commitWaitMs' | 'recordEvidence'
>;

/** How to sign in at this node, and the machines that may. */
export const identityRoutes = (deps: IdentityRoutesDeps) => {
  const { config, db, clock, random, guard } = deps;
  const app = router();
  const info = describe(config);
  app.openapi(
    createRoute({
      method: 'get',
      path: '/identity',
      tags: ['Identity'],
      summary: 'Where and how to sign in',
      responses: reads(IdentityInfo, 'Issuer, methods and, in development, personas'),
    }),
    (c) => c.json(info, 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/clients',
      tags: ['Identity'],
      summary: 'Machines that sign in by their key',
      security: bearer,
      middleware: [guard('administrator', 'auditor')],
      request: { query: PageQuery },
      responses: reads(ClientPage, 'A page of machines, by id'),
    }),
    async (c) => c.json(await listClients(db, c.get('caller'), config.member, c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/clients',
      tags: ['Identity'],
      summary: 'Register a machine and its public key',
      security: bearer,
      middleware: [guard('administrator')],
      request: { ...body(RegisterClient), ...idempotent },
      responses: creates(Client, 'Registered'),
    }),
    (c) => {
      const input = c.req.valid('json');
      const caller = c.get('caller');
      return change(c, deps, input, async (tx) => {
        const clientId = formatId('cli', random(16));
        const client = await registerClient(tx, { ...input, clientId, org: caller.org }, toInstant(clock()));
        await recordChange(deps, tx, caller, client, 'registered');
        return { body: client };
      });
    },
  );
  app.openapi(
    createRoute({
      method: 'delete',
      path: '/clients/{clientId}',
      tags: ['Identity'],
      summary: 'Disable a machine: its tokens are refused at once',
      security: bearer,
      middleware: [guard('administrator')],
      request: { params: z.object({ clientId: MachineClientId }) },
      responses: updates(Client, 'Disabled'),
    }),
    (c) => {
      const caller = c.get('caller');
      const { clientId } = c.req.valid('param');
      return update(c, deps, async (tx) => {
        const { client, changed } = await disableClient(tx, caller, config.member, clientId, toInstant(clock()));
        if (changed) await recordChange(deps, tx, caller, client, 'disabled');
        return { body: client };
      });
    },
  );
  return app;
};

const describe = (config: Config): IdentityInfo => {
  const development = config.profile === 'development';
  const methods = development ? (['private_key_jwt', 'development'] as const) : (['private_key_jwt'] as const);
  return {
    issuer: issuerOf(config.publicUrl),
    resource: apiResource(config.publicUrl),
    scope: API_SCOPE,
    member: config.member,
    methods: methods.map((method) => ({ method, label: SIGN_IN_METHODS[method] })),
    development,
    label: development ? DEVELOPMENT_LABEL : null,
    personas: development
      ? PERSONA_CODES.map((person) => ({ person, role: PERSONAS[person], label: ROLES[PERSONAS[person]].text }))
      : [],
  };
};

const recordChange = (
  deps: IdentityRoutesDeps,
  tx: Tx,
  caller: Caller,
  client: Client,
  became: 'registered' | 'disabled',
) => {
  const { clientId, org, roles, kid } = client;
  const record = {
    v: 1,
    object: 'client',
    became,
    clientId,
    org,
    roles,
    kid,
    by: caller.subject,
    at: toInstant(deps.clock()),
  };
  return deps.recordEvidence(tx, { kind: 'record-changed', record: canonicalText(record) });
};
