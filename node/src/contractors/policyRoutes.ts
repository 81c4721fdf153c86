import {
  AdoptedPolicyList,
  CredentialId,
  CurrentPolicy,
  Disclosure,
  DisclosureTaken,
  ViolationId,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { disclose, takeDisclosure } from './disclosures.ts';
import { currentPolicy, listPolicies } from './policies.ts';
import { READERS, readingOf } from './reading.ts';

const tags = ['Credit policies'];
const KEEPERS = ['safety_manager', 'assessor', 'clerk'] as const;

/** Credit policies that the governors adopted. */
export const policyRoutes = (deps: NodeDeps) => {
  const { db, clock } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/policies',
      tags,
      summary: 'Adopted credit policies, earliest first',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      responses: reads(AdoptedPolicyList, 'Policies'),
    }),
    async (c) => c.json(await listPolicies(db, clock()), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/policies/current',
      tags,
      summary: 'The credit policy in force, with the words of its clauses',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      responses: reads(CurrentPolicy, 'The policy'),
    }),
    async (c) => c.json(await currentPolicy(db, clock()), 200),
  );
  return app;
};

/** Records that one member shows another: recognised without a second upload, since the ledger's commitment says that it is the same. */
export const disclosureRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/disclosures/{about}',
      tags: ['Disclosures'],
      summary: 'The record of a paper or a notice with its salt, to hand to another member',
      security: bearer,
      middleware: [deps.guard(...KEEPERS)],
      request: { params: z.object({ about: z.union([CredentialId, ViolationId]) }) },
      responses: reads(Disclosure, 'The record'),
    }),
    async (c) => {
      const { scope } = await readingOf(c, deps);
      return c.json(await disclose(db, scope, c.req.valid('param').about), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/disclosures',
      tags: ['Disclosures'],
      summary: 'Take a record that another member shows; it must open the commitment on the ledger',
      security: bearer,
      middleware: [deps.guard(...KEEPERS)],
      request: { ...body(Disclosure), ...idempotent },
      responses: creates(DisclosureTaken, 'Taken'),
    }),
    async (c) => {
      const input = c.req.valid('json');
      const { scope } = await readingOf(c, deps);
      return change(c, deps, input, async (tx) => ({
        body: { about: input.about, commitment: await takeDisclosure(tx, deps, c.get('caller'), scope, input) },
      }));
    },
  );
  return app;
};
