import {
  CodeId,
  CodeRevoked,
  CompanyId,
  CreditCode,
  CreditCodePage,
  CreditCodeQuery,
  type LedgerReceipt,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { change } from '../http/change.ts';
import { bearer, creates, idempotent, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { rolesFor } from './acting.ts';
import { findCode, listCodes, revokeCode } from './codes.ts';
import { requireSeenCompany } from './companies.ts';
import { issueCode } from './issue.ts';
import { READERS, readingOf } from './reading.ts';

const tags = ['Credit codes'];
const params = z.object({ code: CodeId });

/** Credit codes of companies: what a contractor shows at a gate. */
export const codeRoutes = (deps: NodeDeps) => {
  const { db, queue } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'post',
      path: '/companies/{company}/codes',
      tags,
      summary: 'Issue a credit code over the score now; its text is there when the ledger has it',
      security: bearer,
      middleware: [deps.guard(...rolesFor('credit:issue'), 'clerk')],
      request: { params: z.object({ company: CompanyId }), ...idempotent },
      responses: creates(CreditCode, 'Issued'),
    }),
    async (c) => {
      const { company } = c.req.valid('param');
      await requireSeenCompany(db, (await readingOf(c, deps)).scope, company);
      const answer = await change(c, deps, { company }, async (tx) => {
        const { code, commandId } = await issueCode(tx, deps, c.get('caller'), company);
        return { body: { code }, commandId };
      });
      const { code, ledger } = (await answer.json()) as { code: string; ledger: LedgerReceipt };
      const view = { ...(await findCode(db, queue, await readingOf(c, deps), code)), ledger };
      return ledger.state === 'committed' ? c.json(view, 201) : c.json(view, 202);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/codes',
      tags,
      summary: 'Credit codes on the ledger, newest first',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { query: CreditCodeQuery },
      responses: reads(CreditCodePage, 'A page of codes'),
    }),
    async (c) => c.json(await listCodes(db, await readingOf(c, deps), c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/codes/{code}',
      tags,
      summary: 'One credit code, also while it waits for the ledger',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { params },
      responses: reads(CreditCode, 'The code'),
    }),
    async (c) => c.json(await findCode(db, queue, await readingOf(c, deps), c.req.valid('param').code), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/codes/{code}/revoke',
      tags,
      summary: 'Revoke a code that this member issued',
      security: bearer,
      middleware: [deps.guard(...rolesFor('credit:revoke_code'))],
      request: { params, ...idempotent },
      responses: creates(CodeRevoked, 'Revoked'),
    }),
    async (c) => {
      const { code } = c.req.valid('param');
      const { scope } = await readingOf(c, deps);
      return change(c, deps, { code }, async (tx) => ({
        body: { code },
        commandId: await revokeCode(tx, deps, c.get('caller'), scope, code),
      }));
    },
  );
  return app;
};
