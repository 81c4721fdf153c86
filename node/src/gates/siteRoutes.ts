import {
  AnlianError,
  Muster,
  PutSitePolicy,
  SiteId,
  SitePolicy,
  SitePolicyHistory,
  SiteSuspension,
  SiteSuspensionPage,
  SiteSuspensionQuery,
  SuspendAtSite,
  SuspensionId,
  VisitList,
  VisitQuery,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { change, update } from '../http/change.ts';
import { etag, ifMatch, requiredVersion } from '../http/ifMatch.ts';
import { bearer, body, creates, idempotent, reads, updates } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { ownSite } from '../network/store.ts';
import { listVisits, musterOf } from './decisions.ts';
import { policyHistory, putPolicy } from './sitePolicies.ts';
import { endSuspension, listSuspensions, suspend } from './suspensions.ts';

const params = z.object({ site: SiteId });
const SITE_STAFF = ['safety_manager', 'supervisor', 'administrator', 'auditor'] as const;

/** What a site's owner decides by itself: requirements, suspensions; and who is inside. */
export const siteRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/sites/{site}/policy',
      tags: ['Site requirements'],
      summary: 'The last version of a site’s requirement set; its ETag is the version',
      security: bearer,
      middleware: [deps.guard(...SITE_STAFF)],
      request: { params },
      responses: reads(SitePolicy, 'The requirement set'),
    }),
    async (c) => {
      const { site } = await ownSite(db, c.get('caller'), c.req.valid('param').site);
      const last = (await policyHistory(db, site)).at(-1);
      if (!last) throw new AnlianError('not_found');
      c.header('ETag', etag(last.version));
      return c.json(last, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/sites/{site}/policy/history',
      tags: ['Site requirements'],
      summary: 'Every version of a site’s requirement set',
      security: bearer,
      middleware: [deps.guard(...SITE_STAFF)],
      request: { params },
      responses: reads(SitePolicyHistory, 'The versions, oldest first'),
    }),
    async (c) => {
      const { site } = await ownSite(db, c.get('caller'), c.req.valid('param').site);
      return c.json({ items: await policyHistory(db, site) }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'put',
      path: '/sites/{site}/policy',
      tags: ['Site requirements'],
      summary: 'Put the next version; If-Match is the ETag of the last one, "0" for the first',
      security: bearer,
      middleware: [deps.guard('safety_manager')],
      request: { params, headers: ifMatch, ...body(PutSitePolicy) },
      responses: updates(SitePolicy, 'The new version'),
    }),
    async (c) => {
      const version = requiredVersion(c);
      const { site } = await ownSite(db, c.get('caller'), c.req.valid('param').site);
      const input = c.req.valid('json');
      c.header('ETag', etag(version + 1));
      return update(c, deps, async (tx) => ({ body: await putPolicy(tx, deps, site, version, input) }));
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/suspensions',
      tags: ['Site suspensions'],
      summary: 'Keep a company or a person out of a site: at once, and without the ledger',
      security: bearer,
      middleware: [deps.guard('safety_manager')],
      request: { ...body(SuspendAtSite), ...idempotent },
      responses: creates(SiteSuspension, 'Suspended'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => {
        await ownSite(tx, c.get('caller'), input.site);
        return { body: await suspend(tx, deps, input) };
      });
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/suspensions/{suspension}/end',
      tags: ['Site suspensions'],
      summary: 'End a suspension',
      security: bearer,
      middleware: [deps.staff('safety_manager')],
      request: { params: z.object({ suspension: SuspensionId }) },
      responses: updates(SiteSuspension, 'Ended'),
    }),
    (c) => {
      return update(c, deps, async (tx) => ({ body: await endSuspension(tx, deps, c.req.valid('param').suspension) }));
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/suspensions',
      tags: ['Site suspensions'],
      summary: 'Suspensions at this member’s sites, ended ones too',
      security: bearer,
      middleware: [deps.staff(...SITE_STAFF)],
      request: { query: SiteSuspensionQuery },
      responses: reads(SiteSuspensionPage, 'Suspensions'),
    }),
    async (c) => {
      return c.json(await listSuspensions(db, c.req.valid('query')), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/sites/{site}/muster',
      tags: ['Gates'],
      summary: 'Who is inside now',
      security: bearer,
      middleware: [deps.guard(...SITE_STAFF)],
      request: { params },
      responses: reads(Muster, 'The muster list'),
    }),
    async (c) => {
      const { site } = await ownSite(db, c.get('caller'), c.req.valid('param').site);
      return c.json(await musterOf(db, site, deps.clock()), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/sites/{site}/visits',
      tags: ['Gates'],
      summary: 'Visits between two instants',
      security: bearer,
      middleware: [deps.guard(...SITE_STAFF)],
      request: { params, query: VisitQuery },
      responses: reads(VisitList, 'The visits'),
    }),
    async (c) => {
      const { site } = await ownSite(db, c.get('caller'), c.req.valid('param').site);
      return c.json({ items: await listVisits(db, site, c.req.valid('query')) }, 200);
    },
  );
  return app;
};
