import {
  AnlianError,
  CommandId,
  CommandPage,
  CommandQuery,
  CommandSigned,
  CommandStatus,
  canonicalText,
  WithdrawCommand,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import { and, desc, eq } from 'drizzle-orm';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { update } from '../http/change.ts';
import { bearer, body, reads, updates } from '../http/openapi.ts';
import { afterRow, toPage } from '../http/page.ts';
import { router } from '../http/routes.ts';
import { type QueuedCommand, toReceipt } from './queue.ts';
import { ledgerCommands } from './tables.ts';

const tags = ['Commands'];
const READERS = ['governor_delegate', 'administrator', 'safety_manager', 'assessor', 'clerk', 'auditor'] as const;
const params = z.object({ commandId: CommandId });

const toStatus = (row: QueuedCommand) => ({
  ...toReceipt(row),
  name: row.name,
  subject: row.subject,
  enqueuedAt: row.enqueuedAt,
  settledAt: row.settledAt,
});

/** What the evidence says of a withdrawal: what was given up, and by whom. */
const withdrawalOf = ({ commandId, name, subject, enqueuedAt, settledAt }: QueuedCommand, by: Caller) => ({
  commandId,
  name,
  subject,
  enqueuedAt,
  withdrawnAt: settledAt,
  by: by.subject,
});

/** This node's commands on their way to the ledger: nobody's change waits unseen. */
export const ledgerRoutes = (deps: NodeDeps) => {
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/commands',
      tags,
      summary: 'Commands, newest first',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: {
        query: CommandQuery,
      },
      responses: reads(CommandPage, 'A page of commands'),
    }),
    async (c) => {
      const { cursor, limit, state } = c.req.valid('query');
      const rows = await deps.db
        .select()
        .from(ledgerCommands)
        .where(
          and(
            eq(ledgerCommands.org, c.get('caller').org),
            afterRow(cursor, ledgerCommands.seq),
            state === undefined ? undefined : eq(ledgerCommands.state, state),
          ),
        )
        .orderBy(desc(ledgerCommands.seq))
        .limit(limit + 1);
      return c.json(
        toPage(rows, limit, ({ seq }) => seq, rows.slice(0, limit).map(toStatus)),
        200,
      );
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/commands/{commandId}',
      tags,
      summary: 'One command',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { params },
      responses: reads(CommandStatus, 'The command'),
    }),
    async (c) => {
      const [row] = await deps.db
        .select()
        .from(ledgerCommands)
        .where(
          and(
            eq(ledgerCommands.commandId, c.req.valid('param').commandId),
            eq(ledgerCommands.org, c.get('caller').org),
          ),
        );
      if (!row) throw new AnlianError('not_found');
      return c.json(toStatus(row), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/commands/{commandId}/signature',
      tags,
      summary: 'Sign again a command that waited too long',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { params },
      responses: updates(CommandSigned, 'Signed'),
    }),
    async (c) => {
      const { commandId } = c.req.valid('param');
      await deps.queue.resign(c.get('caller'), commandId);
      return update(c, deps, async () => ({ body: { commandId }, commandId }));
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/commands/{commandId}/withdrawal',
      tags,
      summary: 'Give up a command that waits for a signature nobody will make, so that those behind it go on',
      security: bearer,
      middleware: [deps.guard('administrator')],
      request: { params, ...body(WithdrawCommand) },
      responses: updates(CommandStatus, 'Withdrawn'),
    }),
    async (c) => {
      const { commandId } = c.req.valid('param');
      const { reason } = c.req.valid('json');
      const answer = await update(c, deps, async (tx) => {
        const withdrawn = await deps.queue.withdraw(tx, c.get('caller'), commandId);
        await deps.recordEvidence(tx, {
          kind: 'record-changed',
          record: canonicalText({
            v: 1,
            kind: 'command-withdrawn',
            ...withdrawalOf(withdrawn, c.get('caller')),
            reason,
          }),
        });
        return { body: toStatus(withdrawn) };
      });
      deps.queue.wake();
      return answer;
    },
  );
  return app;
};
