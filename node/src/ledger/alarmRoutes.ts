import { EndorsementAlarmPage, EXECUTION_DIFFERENCES, PageQuery } from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import { desc } from 'drizzle-orm';
import type { NodeDeps } from '../deps.ts';
import { bearer, reads } from '../http/openapi.ts';
import { afterRow, toPage } from '../http/page.ts';
import { router } from '../http/routes.ts';
import { endorsementAlarms } from './tables.ts';

type Row = typeof endorsementAlarms.$inferSelect;

const toAlarm = ({ seq: _, differs, ...row }: Row) => ({
  ...row,
  differs: differs.map((code) => ({ code, text: EXECUTION_DIFFERENCES[code] })),
});

/** What was endorsed on the ledger and the rules do not give. */
export const alarmRoutes = (deps: NodeDeps) =>
  router().openapi(
    createRoute({
      method: 'get',
      path: '/ledger/alarms',
      tags: ['Ledger'],
      summary: 'Endorsements that this node could not reproduce, newest first',
      security: bearer,
      middleware: [deps.staff('auditor', 'safety_manager', 'administrator')],
      request: { query: PageQuery },
      responses: reads(EndorsementAlarmPage, 'A page of alarms'),
    }),
    async (c) => {
      const { cursor, limit } = c.req.valid('query');
      const rows = await deps.db
        .select()
        .from(endorsementAlarms)
        .where(afterRow(cursor, endorsementAlarms.seq))
        .orderBy(desc(endorsementAlarms.seq))
        .limit(limit + 1);
      return c.json(
        toPage(rows, limit, ({ seq }) => seq, rows.slice(0, limit).map(toAlarm)),
        200,
      );
    },
  );
