import {
  EnrolmentAccepted,
  EnrolmentId,
  EnrolmentStanding,
  InboundEnrolment,
  PageQuery,
  ReceivedEnrolmentPage,
  SiteId,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { bearer, body, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { ownSite } from '../network/store.ts';
import { endEnrolment, enrolmentStanding, receiveEnrolment } from './receive.ts';
import { listReceived } from './received.ts';

const tags = ['Enrolments'];

/** The site owner's side of enrolments: other members' nodes hand them over, the site's staff read them. */
export const inboundEnrolmentRoutes = (deps: NodeDeps) => {
  const app = router();
  app.openapi(
    createRoute({
      method: 'post',
      path: '/enrolments/inbound',
      tags,
      summary: 'Hand over an enrolment to the owner of its site; repeatable',
      security: bearer,
      middleware: [deps.guard('member_node')],
      request: body(InboundEnrolment),
      responses: reads(EnrolmentAccepted, 'Accepted, with an invitation where the worker has no pass yet'),
    }),
    async (c) => c.json(await receiveEnrolment(deps, c.get('caller').org, c.req.valid('json')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/enrolments/inbound/{enrolment}',
      tags,
      summary: 'Where an enrolment that the caller handed over stands, with the pass once it is claimed',
      security: bearer,
      middleware: [deps.guard('member_node')],
      request: { params: z.object({ enrolment: EnrolmentId }) },
      responses: reads(EnrolmentStanding, 'The standing'),
    }),
    async (c) => c.json(await enrolmentStanding(deps, c.get('caller').org, c.req.valid('param').enrolment), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/enrolments/inbound/{enrolment}/end',
      tags,
      summary: 'The worker comes no more; repeatable',
      security: bearer,
      middleware: [deps.guard('member_node')],
      request: { params: z.object({ enrolment: EnrolmentId }) },
      responses: reads(EnrolmentStanding, 'The standing'),
    }),
    async (c) => c.json(await endEnrolment(deps, c.get('caller').org, c.req.valid('param').enrolment), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/sites/{site}/enrolments',
      tags,
      summary: 'Who is enrolled at a site',
      security: bearer,
      middleware: [deps.guard('safety_manager', 'supervisor', 'administrator')],
      request: { params: z.object({ site: SiteId }), query: PageQuery },
      responses: reads(ReceivedEnrolmentPage, 'Enrolments'),
    }),
    async (c) => {
      const { site } = await ownSite(deps.db, c.get('caller'), c.req.valid('param').site);
      return c.json(await listReceived(deps.db, site, c.req.valid('query')), 200);
    },
  );
  return app;
};
