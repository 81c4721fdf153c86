import {
  ClaimPass,
  InviteMade,
  PageQuery,
  Pass,
  PassClaimed,
  PassId,
  PassPage,
  PersonPoints,
  PersonPointsRecorded,
  RecordPersonPoints,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { change, update } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads, updates } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { sourceOf } from '../http/source.ts';
import { claimPass } from './claim.ts';
import { findPass, listPasses, reissueInvite } from './passes.ts';
import { describePoints, recordPoints } from './personPoints.ts';
import { rateLimit } from './rateLimit.ts';

const tags = ['Passes'];
const params = z.object({ pass: PassId });
const CLAIMS = { most: 300, windowMs: 60_000 };

/** Worker passes at the governor that issues them, and persons' points at the site owner's. */
export const passRoutes = (deps: NodeDeps) => {
  const { db, config } = deps;
  const app = router();
  const claims = rateLimit(deps.clock, CLAIMS);
  app.openapi(
    createRoute({
      method: 'post',
      path: '/passes/claim',
      tags,
      summary: 'The worker’s phone claims its pass with an invitation and the proof of its key',
      request: body(ClaimPass),
      responses: reads(PassClaimed, 'The pass; the same again for the same phone'),
    }),
    async (c) => {
      claims.count(sourceOf(c));
      return c.json(await claimPass(deps, c.req.valid('json')), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/passes',
      tags,
      summary: 'Passes that this node issued or recognises',
      security: bearer,
      middleware: [deps.guard('safety_manager', 'supervisor', 'administrator', 'auditor')],
      request: { query: PageQuery },
      responses: reads(PassPage, 'Passes'),
    }),
    async (c) => c.json(await listPasses(db, c.get('caller').org, config.member, c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/passes/{pass}',
      tags,
      summary: 'One pass',
      security: bearer,
      middleware: [deps.guard('safety_manager', 'supervisor', 'administrator', 'auditor', 'member_node')],
      request: { params },
      responses: reads(Pass, 'The pass'),
    }),
    async (c) => c.json(await findPass(db, c.get('caller').org, config.member, c.req.valid('param').pass), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/passes/{pass}/reissue-invite',
      tags,
      summary: 'The phone is lost: refuse its key from the next sync on, and invite a new one',
      security: bearer,
      middleware: [deps.guard('safety_manager', 'supervisor', 'member_node')],
      request: { params },
      responses: updates(InviteMade, 'A new invitation'),
    }),
    (c) => {
      const { pass } = c.req.valid('param');
      return update(c, deps, async (tx) => ({
        body: { pass, invite: await reissueInvite(tx, deps, c.get('caller').org, pass) },
      }));
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/person-points',
      tags,
      summary: 'Record a person’s part in a violation at a site of this member',
      security: bearer,
      middleware: [deps.staff('safety_manager')],
      request: { ...body(RecordPersonPoints), ...idempotent },
      responses: creates(PersonPointsRecorded, 'Recorded'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => ({ body: await recordPoints(tx, deps, input) }));
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/passes/{pass}/points',
      tags,
      summary: 'A person’s points at this member’s sites, each with when it drops off',
      security: bearer,
      middleware: [deps.staff('safety_manager', 'supervisor')],
      request: { params },
      responses: reads(PersonPoints, 'The points'),
    }),
    async (c) => {
      return c.json(await describePoints(db, c.req.valid('param').pass, deps.clock()), 200);
    },
  );
  return app;
};
