import {
  AnlianError,
  CastVote,
  formatId,
  OpenProposal,
  PageQuery,
  PROPOSAL_STATES,
  Proposal,
  ProposalId,
  ProposalOpened,
  ProposalPage,
  type ProposalState,
  proposalState,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import { desc, eq, inArray } from 'drizzle-orm';
import * as z from 'zod';
import type { Db } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { afterMoment, toPage } from '../http/page.ts';
import { router } from '../http/routes.ts';
import { proposals, votes } from './tables.ts';

const tags = ['Proposals'];
const params = z.object({ proposal: ProposalId });

type Row = typeof proposals.$inferSelect;

const stated = (code: ProposalState) => ({ code, text: PROPOSAL_STATES[code] });

const withVotes = async (db: Db, rows: Row[], nowMs: number): Promise<z.infer<typeof Proposal>[]> => {
  const cast =
    rows.length === 0
      ? []
      : await db
          .select()
          .from(votes)
          .where(
            inArray(
              votes.proposal,
              rows.map((row) => row.proposal),
            ),
          );
  return rows.map((row) => ({
    ...row,
    outcome: stated(proposalState(row, nowMs)),
    votes: cast.filter((vote) => vote.proposal === row.proposal).map(({ member, vote }) => ({ member, vote })),
  }));
};

/** What governors decide by vote. The opening counts as the proposer's vote. */
export const proposalRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/proposals',
      tags,
      summary: 'Proposals, newest first',
      security: bearer,
      middleware: [deps.staff('governor_delegate', 'administrator', 'safety_manager', 'assessor', 'auditor')],
      request: { query: PageQuery },
      responses: reads(ProposalPage, 'A page of proposals'),
    }),
    async (c) => {
      const { cursor, limit } = c.req.valid('query');
      const rows = await db
        .select()
        .from(proposals)
        .where(afterMoment(cursor, proposals.openedAt, proposals.proposal))
        .orderBy(desc(proposals.openedAt), desc(proposals.proposal))
        .limit(limit + 1);
      const items = await withVotes(db, rows.slice(0, limit), deps.clock());
      return c.json(
        toPage(rows, limit, ({ openedAt, proposal }) => [openedAt, proposal], items),
        200,
      );
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/proposals/{proposal}',
      tags,
      summary: 'One proposal with its votes',
      security: bearer,
      middleware: [deps.staff('governor_delegate', 'administrator', 'safety_manager', 'assessor', 'auditor')],
      request: { params },
      responses: reads(Proposal, 'The proposal'),
    }),
    async (c) => {
      const rows = await db
        .select()
        .from(proposals)
        .where(eq(proposals.proposal, c.req.valid('param').proposal));
      const [found] = await withVotes(db, rows, deps.clock());
      if (!found) throw new AnlianError('not_found');
      return c.json(found, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/proposals',
      tags,
      summary: 'Propose something to the governors',
      security: bearer,
      middleware: [deps.staff('governor_delegate')],
      request: { ...body(OpenProposal), ...idempotent },
      responses: creates(ProposalOpened, 'Opened'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => {
        const proposal = formatId('prp', deps.random(16));
        return {
          body: { proposal },
          commandId: await deps.queue.enqueue(tx, c.get('caller'), 'proposal:open', {
            proposal,
            proposed: input.proposed,
          }),
        };
      });
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/proposals/{proposal}/votes',
      tags,
      summary: 'Vote for this member',
      security: bearer,
      middleware: [deps.staff('governor_delegate')],
      request: { params, ...body(CastVote), ...idempotent },
      responses: creates(ProposalOpened, 'Voted'),
    }),
    (c) => {
      const { proposal } = c.req.valid('param');
      const { vote } = c.req.valid('json');
      return change(c, deps, { proposal, vote }, async (tx) => ({
        body: { proposal },
        commandId: await deps.queue.enqueue(tx, c.get('caller'), 'proposal:vote', { proposal, vote }),
      }));
    },
  );
  return app;
};
