import {
  AdmissionId,
  AdmissionList,
  AdmitCompany,
  AnlianError,
  CompanyAdmitted,
  formatId,
  RegisterSite,
  ReleaseCompany,
  SiteId,
  SiteList,
  SiteRegistered,
  toInstant,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import { eq } from 'drizzle-orm';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { admissionsFor, findAdmission, findSite, listSites, ownSite, standingAdmission } from './store.ts';
import { siteNames, sites } from './tables.ts';

const READERS = [
  'governor_delegate',
  'safety_manager',
  'administrator',
  'assessor',
  'clerk',
  'supervisor',
  'auditor',
] as const;
const params = z.object({ site: SiteId });

/** Sites and which companies are admitted there. */
export const siteRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/sites',
      tags: ['Sites'],
      summary: 'Sites of the network',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      responses: reads(SiteList, 'Sites'),
    }),
    async (c) => c.json({ items: await listSites(db) }, 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/sites',
      tags: ['Sites'],
      summary: 'Register a site of this member',
      security: bearer,
      middleware: [deps.staff('safety_manager', 'administrator')],
      request: { ...body(RegisterSite), ...idempotent },
      responses: creates(SiteRegistered, 'Registered'),
    }),
    (c) => {
      const { site, name } = c.req.valid('json');
      return change(c, deps, { site, name }, async (tx) => {
        const [taken] = await tx.select().from(sites).where(eq(sites.site, site));
        if (taken) throw new AnlianError('already_exists', { field: 'site' });
        await tx
          .insert(siteNames)
          .values({ site, ...name })
          .onConflictDoUpdate({ target: siteNames.site, set: name });
        return { body: { site }, commandId: await deps.queue.enqueue(tx, c.get('caller'), 'site:register', { site }) };
      });
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/sites/{site}/admissions',
      tags: ['Sites'],
      summary: 'Companies admitted to a site, now and before',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { params },
      responses: reads(AdmissionList, 'Admissions'),
    }),
    async (c) => {
      const site = await findSite(db, c.req.valid('param').site);
      const visible = await admissionsFor(db, deps.config, c.get('caller'), site);
      const items = visible.map(({ validFrom, ...row }) => ({ ...row, from: validFrom }));
      return c.json({ items }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/sites/{site}/admissions',
      tags: ['Sites'],
      summary: 'Admit a company to a site',
      security: bearer,
      middleware: [deps.staff('safety_manager')],
      request: { params, ...body(AdmitCompany), ...idempotent },
      responses: creates(CompanyAdmitted, 'Admitted'),
    }),
    (c) => {
      const input = { ...c.req.valid('param'), ...c.req.valid('json') };
      return change(c, deps, input, async (tx) => {
        await ownSite(tx, c.get('caller'), input.site);
        const standing = await standingAdmission(tx, input.site, input.company);
        if (standing) throw new AnlianError('already_exists', { field: '/company', detail: standing.admission });
        const admission = formatId('adm', deps.random(16));
        const from = input.from ?? toInstant(deps.clock());
        return {
          body: { admission },
          commandId: await deps.queue.enqueue(tx, c.get('caller'), 'site:admit', {
            site: input.site,
            company: input.company,
            admission,
            from,
          }),
        };
      });
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/admissions/{admission}/release',
      tags: ['Sites'],
      summary: 'End an admission',
      security: bearer,
      middleware: [deps.staff('safety_manager')],
      request: { params: z.object({ admission: AdmissionId }), ...body(ReleaseCompany), ...idempotent },
      responses: creates(CompanyAdmitted, 'Ended'),
    }),
    (c) => {
      const input = { ...c.req.valid('param'), ...c.req.valid('json') };
      return change(c, deps, input, async (tx) => {
        const found = await findAdmission(tx, input.admission);
        if (!found) throw new AnlianError('not_found');
        await ownSite(tx, c.get('caller'), found.site);
        const { admission, site, company } = found;
        return {
          body: { admission },
          commandId: await deps.queue.enqueue(tx, c.get('caller'), 'site:release', {
            site,
            company,
            admission,
            at: input.at ?? toInstant(deps.clock()),
          }),
        };
      });
    },
  );
  return app;
};
