import {
  ChangeCredential,
  Credential,
  CredentialChanged,
  CredentialId,
  CredentialPage,
  CredentialQuery,
  CredentialRegistered,
  RegisterCredential,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { rolesFor } from './acting.ts';
import {
  actOnCredential,
  CREDENTIAL_ACTS,
  type CredentialActName,
  findCredential,
  listCredentials,
  registerCredential,
} from './credentials.ts';
import { READERS, readingOf } from './reading.ts';

const tags = ['Credentials'];
const params = z.object({ credential: CredentialId });

const SUMMARIES: Readonly<Record<CredentialActName, string>> = {
  suspend: 'Suspend a paper that this member attested',
  unsuspend: 'End the suspension',
  revoke: 'Revoke a paper that this member attested, for good',
};

/** Papers on the ledger, and what stays at home of them. */
export const credentialRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/credentials',
      tags,
      summary: 'Papers, newest first',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { query: CredentialQuery },
      responses: reads(CredentialPage, 'A page of papers'),
    }),
    async (c) => {
      const { scope, nowMs } = await readingOf(c, deps);
      return c.json(await listCredentials(db, scope, c.req.valid('query'), nowMs), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/credentials/{credential}',
      tags,
      summary: 'One paper',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { params },
      responses: reads(Credential, 'The paper'),
    }),
    async (c) => {
      const { scope, nowMs } = await readingOf(c, deps);
      return c.json(await findCredential(db, scope, c.req.valid('param').credential, nowMs), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/credentials',
      tags,
      summary: 'Register a company’s paper that this member checked; its number stays at home',
      security: bearer,
      middleware: [deps.guard(...rolesFor('credential:register'))],
      request: { ...body(RegisterCredential), ...idempotent },
      responses: creates(CredentialRegistered, 'Registered'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => {
        const { commandId, ...registered } = await registerCredential(tx, deps, c.get('caller'), input);
        return { body: registered, commandId };
      });
    },
  );
  for (const act of CREDENTIAL_ACTS) {
    app.openapi(
      createRoute({
        method: 'post',
        path: `/credentials/{credential}/${act}`,
        tags,
        summary: SUMMARIES[act],
        security: bearer,
        middleware: [deps.guard(...rolesFor(`credential:${act}`))],
        request: { params, ...body(ChangeCredential), ...idempotent },
        responses: creates(CredentialChanged, 'Changed'),
      }),
      async (c) => {
        const input = { ...c.req.valid('param'), ...c.req.valid('json') };
        const { scope } = await readingOf(c, deps);
        return change(c, deps, input, async (tx) => ({
          body: { credential: input.credential },
          commandId: await actOnCredential(tx, deps, c.get('caller'), scope, act, input),
        }));
      },
    );
  }
  return app;
};
