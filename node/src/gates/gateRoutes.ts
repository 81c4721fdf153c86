import {
  AnlianError,
  DecisionDetail,
  DecisionId,
  DecisionPage,
  DecisionQuery,
  DecisionsTaken,
  GateAlertPage,
  GateId,
  GateList,
  GateQuery,
  GateRegistered,
  PackAnswer,
  PackQuery,
  PageQuery,
  RegisterGate,
  SiteId,
  UploadDecisions,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import type { AppEnv } from '../http/caller.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { problem } from '../http/problem.ts';
import { router } from '../http/routes.ts';
import { findDecision, listAlerts, listDecisions, toDecision } from './decisions.ts';
import { packFor } from './pack.ts';
import { callingGate, listGates, registerGate } from './register.ts';
import { takeDecisions } from './upload.ts';

const tags = ['Gates'];
const params = z.object({ gate: GateId });
const STAFF = ['safety_manager', 'supervisor', 'administrator', 'auditor'] as const;

/** The gap's problem names, beside the code, the number from which the gate is to upload again. */
const gapProblem = async (c: Context<AppEnv>, expected: number): Promise<Response> => {
  const response = problem(
    c,
    new AnlianError('decision_gap', { field: '/decisions', detail: `expected number ${expected}` }),
  );
  const told: Record<string, unknown> = JSON.parse(await response.text());
  return new Response(JSON.stringify({ ...told, expected }), response);
};

/** Gates: their registration, the lists they fetch and the decisions they deliver. */
export const gateMachineRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'post',
      path: '/gates',
      tags,
      summary: 'Register a gate: its decision key on the ledger, its sign-in key at this node',
      security: bearer,
      middleware: [deps.guard('administrator')],
      request: { ...body(RegisterGate), ...idempotent },
      responses: creates(GateRegistered, 'Registered'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, (tx) => registerGate(tx, deps, c.get('caller'), input));
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/gates',
      tags,
      summary: 'Gates with the age of their lists and what they have delivered',
      security: bearer,
      middleware: [deps.staff(...STAFF)],
      request: { query: GateQuery },
      responses: reads(GateList, 'The gates'),
    }),
    async (c) => {
      return c.json({ items: await listGates(db, c.req.valid('query').site, deps.clock()) }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/gates/{gate}/pack',
      tags,
      summary: 'The sync pack of the calling gate’s site, signed now; without rows that it has already',
      security: bearer,
      middleware: [deps.guard('gate')],
      request: { params, query: PackQuery },
      responses: reads(PackAnswer, 'The pack'),
    }),
    async (c) => {
      const gate = await callingGate(db, c.get('caller'), c.req.valid('param').gate);
      const pack = await packFor(deps, gate, c.req.valid('query').have);
      c.header('Cache-Control', 'no-store');
      return c.json(pack, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/gates/{gate}/decisions',
      tags,
      summary: 'Deliver decisions in order; the same ones may be sent again',
      security: bearer,
      middleware: [deps.guard('gate')],
      request: { params, ...body(UploadDecisions) },
      responses: reads(DecisionsTaken, 'Stored, each with its evidence, up to this number'),
    }),
    async (c) => {
      const gate = await callingGate(db, c.get('caller'), c.req.valid('param').gate);
      const taken = await takeDecisions(deps, gate, c.req.valid('json').decisions);
      if (taken.kind === 'gap') return (await gapProblem(c, taken.expected)) as never;
      if (taken.kind === 'fork')
        throw new AnlianError('decision_fork', { field: '/decisions', detail: `number ${taken.seq}` });
      return c.json({ upTo: taken.upTo }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/decisions',
      tags,
      summary: 'Gate decisions, the latest first',
      security: bearer,
      middleware: [deps.staff(...STAFF)],
      request: { query: DecisionQuery },
      responses: reads(DecisionPage, 'The decisions'),
    }),
    async (c) => {
      return c.json(await listDecisions(db, c.req.valid('query')), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/decisions/{decision}',
      tags,
      summary: 'One decision with the record that the gate signed',
      security: bearer,
      middleware: [deps.staff(...STAFF)],
      request: { params: z.object({ decision: DecisionId }) },
      responses: reads(DecisionDetail, 'The decision'),
    }),
    async (c) => {
      const row = await findDecision(db, c.req.valid('param').decision);
      return c.json({ ...toDecision(row), jws: row.jws }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/alerts',
      tags,
      summary: 'What the gates’ decisions show when they are laid side by side',
      security: bearer,
      middleware: [deps.staff(...STAFF)],
      request: { query: PageQuery.extend({ site: SiteId.optional() }) },
      responses: reads(GateAlertPage, 'The alerts'),
    }),
    async (c) => {
      return c.json(await listAlerts(db, c.req.valid('query')), 200);
    },
  );
  return app;
};
