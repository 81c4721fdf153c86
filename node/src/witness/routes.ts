import { AnlianError, PageQuery, SplitViewPage } from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import { desc } from 'drizzle-orm';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { NodeDeps } from '../deps.ts';
import { rateLimit } from '../gates/rateLimit.ts';
import type { AppEnv } from '../http/caller.ts';
import { bearer, reads } from '../http/openapi.ts';
import { afterRow, toPage } from '../http/page.ts';
import { problem } from '../http/problem.ts';
import { router } from '../http/routes.ts';
import { sourceOf } from '../http/source.ts';
import { addCheckpoint } from './addCheckpoint.ts';
import { MAX_SUBMISSION_BYTES } from './submission.ts';
import { splitViews } from './tables.ts';

/** A member's log asks about twice a second when it is busy; a node behind a proxy shares its address with others. */
const SUBMISSIONS = { most: 1_200, windowMs: 60_000 };

/** This governor as a witness of the other members' logs (c2sp.org/tlog-witness): public, since the log's own signature is asked for. */
export const witnessRoutes = (deps: NodeDeps): Hono<AppEnv> => {
  const app = new Hono<AppEnv>();
  if (deps.config.kind !== 'governor') return app;
  const submissions = rateLimit(deps.clock, SUBMISSIONS);
  const bounded = bodyLimit({
    maxSize: MAX_SUBMISSION_BYTES,
    onError: (c) => problem(c, new AnlianError('payload_too_large')),
  });
  app.post('/add-checkpoint', bounded, async (c) => {
    submissions.count(sourceOf(c));
    const answer = await addCheckpoint(deps, new Uint8Array(await c.req.arrayBuffer()));
    if (answer.kind === 'refused') return problem(c, answer.error);
    if (answer.kind === 'stale') return c.body(`${answer.size}\n`, 409, { 'content-type': 'text/x.tlog.size' });
    return c.text(answer.lines);
  });
  return app;
};

/** What this witness found. */
export const splitViewRoutes = ({ db, staff }: NodeDeps) => {
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/witness/split-views',
      tags: ['Evidence'],
      summary: 'Logs that showed two heads which contradict each other, newest first, with both signed heads',
      security: bearer,
      middleware: [staff('auditor', 'safety_manager', 'administrator')],
      request: { query: PageQuery },
      responses: reads(SplitViewPage, 'Split views'),
    }),
    async (c) => {
      const { cursor, limit } = c.req.valid('query');
      const rows = await db
        .select()
        .from(splitViews)
        .where(afterRow(cursor, splitViews.seq))
        .orderBy(desc(splitViews.seq))
        .limit(limit + 1);
      const items = rows
        .slice(0, limit)
        .map(({ member, foundAt, shownBy, evidence, file }) => ({ member, foundAt, shownBy, evidence, file }));
      return c.json(
        toPage(rows, limit, ({ seq }) => seq, items),
        200,
      );
    },
  );
  return app;
};
