import {
  type CommandName,
  CompanyEvaluated,
  EvaluateCompany,
  EvaluationPage,
  EvaluationQuery,
  NotifyViolation,
  OpenAppeal,
  ResolveAppeal,
  Violation,
  ViolationChanged,
  ViolationId,
  ViolationPage,
  ViolationQuery,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { rolesFor } from './acting.ts';
import { listEvaluations } from './evaluations.ts';
import { READERS, readingOf } from './reading.ts';
import type { Scope } from './scope.ts';
import {
  answerViolation,
  appealViolation,
  evaluateCompany,
  notifyViolation,
  resolveViolation,
} from './violationActs.ts';
import { findViolation, listViolations } from './violations.ts';

const tags = ['Violations'];
const params = z.object({ violation: ViolationId });

/** A turn of an appeal, with a statement that stays at home. */
interface Turn<I extends object> {
  readonly path: string;
  readonly summary: string;
  readonly command: CommandName;
  readonly statement: z.ZodType<I>;
  readonly answer: string;
  readonly act: (tx: Tx, deps: NodeDeps, caller: Caller, scope: Scope, violation: string, input: I) => Promise<string>;
}

const APPEAL: Turn<z.infer<typeof OpenAppeal>> = {
  path: 'appeals',
  summary: 'Appeal: the points are held until the appeal ends',
  command: 'credit:appeal',
  statement: OpenAppeal,
  answer: 'Appealed',
  act: appealViolation,
};
const RESOLUTION: Turn<z.infer<typeof ResolveAppeal>> = {
  path: 'resolve',
  summary: 'Decide the appeal, as a governor that neither recorded the violation nor is concerned',
  command: 'credit:resolve',
  statement: ResolveAppeal,
  answer: 'Decided',
  act: resolveViolation,
};

const ANSWERS = [
  { act: 'acknowledge', path: 'acknowledge', summary: 'Accept a notice: it counts from now on' },
  { act: 'withdraw_appeal', path: 'withdraw-appeal', summary: 'Take the open appeal back' },
] as const;

/** Notices of violations with their appeals, and evaluations. */
export const violationRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/violations',
      tags,
      summary: 'Violations, newest first, with whose turn it is',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { query: ViolationQuery },
      responses: reads(ViolationPage, 'A page of violations'),
    }),
    async (c) => c.json(await listViolations(db, await readingOf(c, deps), c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/violations/{violation}',
      tags,
      summary: 'One violation',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { params },
      responses: reads(Violation, 'The violation'),
    }),
    async (c) => c.json(await findViolation(db, await readingOf(c, deps), c.req.valid('param').violation), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/violations',
      tags,
      summary: 'Give notice of a violation at a site of this member; the report stays at home',
      security: bearer,
      middleware: [deps.guard(...rolesFor('credit:notice'))],
      request: { ...body(NotifyViolation), ...idempotent },
      responses: creates(ViolationChanged, 'Notified'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => {
        const { violation, commandId } = await notifyViolation(tx, deps, c.get('caller'), input);
        return { body: { violation }, commandId };
      });
    },
  );
  for (const { act, path, summary } of ANSWERS) {
    app.openapi(
      createRoute({
        method: 'post',
        path: `/violations/{violation}/${path}`,
        tags,
        summary,
        security: bearer,
        middleware: [deps.guard(...rolesFor(`credit:${act}`))],
        request: { params, ...idempotent },
        responses: creates(ViolationChanged, 'Changed'),
      }),
      async (c) => {
        const { violation } = c.req.valid('param');
        const { scope } = await readingOf(c, deps);
        return change(c, deps, { violation }, async (tx) => ({
          body: { violation },
          commandId: await answerViolation(tx, deps, c.get('caller'), scope, act, violation),
        }));
      },
    );
  }
  takeTurn(app, deps, APPEAL);
  takeTurn(app, deps, RESOLUTION);
  app.openapi(
    createRoute({
      method: 'get',
      path: '/evaluations',
      tags: ['Evaluations'],
      summary: 'Evaluations, newest first',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { query: EvaluationQuery },
      responses: reads(EvaluationPage, 'A page of evaluations'),
    }),
    async (c) => {
      const { scope } = await readingOf(c, deps);
      return c.json(await listEvaluations(db, scope, c.req.valid('query')), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/evaluations',
      tags: ['Evaluations'],
      summary: 'Grade a company that works, or worked, at a site of this member',
      security: bearer,
      middleware: [deps.guard(...rolesFor('credit:evaluate'))],
      request: { ...body(EvaluateCompany), ...idempotent },
      responses: creates(CompanyEvaluated, 'Evaluated'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => {
        const { evaluation, commandId } = await evaluateCompany(tx, deps, c.get('caller'), input);
        return { body: { evaluation }, commandId };
      });
    },
  );
  return app;
};

const takeTurn = <I extends object>(
  app: ReturnType<typeof router>,
  deps: NodeDeps,
  { path, summary, command, statement, answer, act }: Turn<I>,
) =>
  app.openapi(
    createRoute({
      method: 'post',
      path: `/violations/{violation}/${path}`,
      tags,
      summary,
      security: bearer,
      middleware: [deps.guard(...rolesFor(command))],
      request: { params, ...body(statement), ...idempotent },
      responses: creates(ViolationChanged, answer),
    }),
    async (c) => {
      const { violation } = c.req.valid('param');
      const input = c.req.valid('json');
      const { scope } = await readingOf(c, deps);
      return change(c, deps, { violation, ...input }, async (tx) => ({
        body: { violation },
        commandId: await act(tx, deps, c.get('caller'), scope, violation, input),
      }));
    },
  );
