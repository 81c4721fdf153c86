import { Enrolment, EnrolmentId, EnrolmentPage, EnrolWorker, PageQuery, toInstant } from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { type DeliverDeps, deliver, end, newPhone, sendAgain } from './deliver.ts';
import { enrol, findEnrolment, listEnrolments, toEnrolment } from './enrol.ts';

const tags = ['Enrolments'];
const params = z.object({ enrolment: EnrolmentId });
const STAFF = ['clerk', 'safety_manager', 'administrator'] as const;

/** What the employer does with an enrolment that was sent. */
const STEPS = [
  {
    path: 'send',
    summary: 'Send again: after mending what was returned, or with renewed papers',
    answer: 'Accepted, returned, or on its way',
    step: sendAgain,
  },
  {
    path: 'new-phone',
    summary: 'The worker’s phone is lost: the governor that issued the pass refuses its key and invites a new one',
    answer: 'With the new invitation',
    step: newPhone,
  },
  {
    path: 'end',
    summary: 'The worker comes no more: the site’s owner takes it off its lists',
    answer: 'Ended',
    step: end,
  },
] as const;

/** The employer's side of enrolments: sent to the site's owner at once when it answers, else as soon as it does. */
export const enrolmentRoutes = (deps: NodeDeps, delivery: DeliverDeps) => {
  const { db } = deps;
  const app = router();
  const present = async (caller: Caller, enrolment: string) =>
    toEnrolment(await findEnrolment(db, deps, caller, enrolment), toInstant(deps.clock()));

  app.openapi(
    createRoute({
      method: 'post',
      path: '/enrolments',
      tags,
      summary: 'Enrol a worker at a site; the answer holds the invitation when the site’s owner answered',
      security: bearer,
      middleware: [deps.guard(...STAFF)],
      request: { ...body(EnrolWorker), ...idempotent },
      responses: creates(Enrolment, 'Accepted, returned, or on its way'),
    }),
    async (c) => {
      const input = c.req.valid('json');
      const response = await change(c, deps, input, async (tx) => ({
        body: { enrolment: await enrol(tx, deps, c.get('caller'), input) },
      }));
      const { enrolment } = z.object({ enrolment: EnrolmentId }).parse(await response.json());
      await deliver(delivery, enrolment);
      const row = await present(c.get('caller'), enrolment);
      return row.state === 'sent' ? c.json(row, 202) : c.json(row, 201);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/enrolments',
      tags,
      summary: 'Enrolments that this member and its tenants sent',
      security: bearer,
      middleware: [deps.guard(...STAFF)],
      request: { query: PageQuery },
      responses: reads(EnrolmentPage, 'Enrolments'),
    }),
    async (c) => c.json(await listEnrolments(db, deps, c.get('caller'), c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/enrolments/{enrolment}',
      tags,
      summary: 'One enrolment, with the faults of each record where it was returned',
      security: bearer,
      middleware: [deps.guard(...STAFF)],
      request: { params },
      responses: reads(Enrolment, 'The enrolment'),
    }),
    async (c) => {
      c.header('Cache-Control', 'no-store');
      return c.json(await present(c.get('caller'), c.req.valid('param').enrolment), 200);
    },
  );
  for (const { path, summary, answer, step } of STEPS)
    app.openapi(
      createRoute({
        method: 'post',
        path: `/enrolments/{enrolment}/${path}`,
        tags,
        summary,
        security: bearer,
        middleware: [deps.guard(...STAFF)],
        request: { params },
        responses: reads(Enrolment, answer),
      }),
      async (c) => {
        const row = await findEnrolment(db, deps, c.get('caller'), c.req.valid('param').enrolment);
        await step(delivery, row);
        return c.json(await present(c.get('caller'), row.enrolment), 200);
      },
    );
  return app;
};
