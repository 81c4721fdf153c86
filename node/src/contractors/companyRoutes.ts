import {
  AnlianError,
  Company,
  CompanyId,
  CompanyName,
  CompanyPage,
  CompanyQuery,
  canonicalText,
  ExplainedScore,
  instantMs,
  NamedCompany,
  ScoreQuery,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { update } from '../http/change.ts';
import { etag, ifMatch, requiredVersion } from '../http/ifMatch.ts';
import { bearer, body, reads, updates } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { findCompany, listCompanies, nameCompany, requireSeenCompany, type SuspensionsOf } from './companies.ts';
import { READERS, readingOf } from './reading.ts';
import { explainScore } from './scoreView.ts';

const tags = ['Companies'];
const params = z.object({ company: CompanyId });

/** Companies known to the network, with score, reasons and outlook. */
export const companyRoutes = (deps: NodeDeps, suspensionsOf: SuspensionsOf) => {
  const { db, config } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/companies',
      tags,
      summary: 'Companies with score, light and next change, by id',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { query: CompanyQuery },
      responses: reads(CompanyPage, 'A page of companies'),
    }),
    async (c) => {
      const reading = { ...(await readingOf(c, deps)), suspensionsOf };
      return c.json(await listCompanies(db, reading, c.req.valid('query')), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/companies/{company}',
      tags,
      summary: 'One company; the ETag is that of its name',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { params },
      responses: reads(Company, 'The company'),
    }),
    async (c) => {
      const reading = { ...(await readingOf(c, deps)), suspensionsOf };
      const found = await findCompany(db, reading, c.req.valid('param').company);
      c.header('ETag', etag(found.nameVersion));
      return c.json(found, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'put',
      path: '/companies/{company}/name',
      tags,
      summary: 'What this node calls a company; If-Match is the ETag of the company',
      security: bearer,
      middleware: [deps.guard('safety_manager', 'administrator')],
      request: { params, headers: ifMatch, ...body(CompanyName) },
      responses: updates(NamedCompany, 'Named'),
    }),
    async (c) => {
      const { company } = c.req.valid('param');
      const name = c.req.valid('json');
      const version = requiredVersion(c);
      const { scope } = await readingOf(c, deps);
      await requireSeenCompany(db, scope, company);
      // Names are the node's own words, for all who live on it: a tenant does not choose them.
      if (scope.org !== config.member) throw new AnlianError('forbidden');
      c.header('ETag', etag(version + 1));
      return update(c, deps, async (tx) => {
        const named = { company, ...name, version: await nameCompany(tx, company, name, version) };
        await deps.recordEvidence(tx, {
          kind: 'record-changed',
          record: canonicalText({ v: 1, change: 'company-name', ...named }),
        });
        return { body: named };
      });
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/companies/{company}/score',
      tags,
      summary: 'Score at an instant (now, if none is given), each deduction explained, and 90 days ahead',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { params, query: ScoreQuery },
      responses: reads(ExplainedScore, 'The score'),
    }),
    async (c) => {
      const { company } = c.req.valid('param');
      const { scope, nowMs } = await readingOf(c, deps);
      await requireSeenCompany(db, scope, company);
      const { at } = c.req.valid('query');
      const score = await explainScore(db, config, company, at === undefined ? nowMs : instantMs(at));
      if (score === undefined)
        throw new AnlianError('unknown_policy', { field: 'at', detail: 'no credit policy was in force' });
      return c.json(score, 200);
    },
  );
  return app;
};
