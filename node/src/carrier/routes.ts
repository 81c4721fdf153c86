import {
  AnlianError,
  CarriedAnswer,
  CarriedBlocks,
  CarriedBlocksQuery,
  CarriedCommit,
  CarriedQuery,
  CarrierDescription,
  EndorsedAnswerJson,
  SignedCommand,
  ViewQuestion,
  viewedKey,
} from '@anlian/contracts';
import { followBlock } from '@anlian/sdk/ledger';
import { createRoute } from '@hono/zod-openapi';
import { eq, or } from 'drizzle-orm';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { bearer, body, creates, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import type { SeenBlock } from '../ledger/access.ts';
import { endorsedToJson } from '../ledger/endorsedJson.ts';
import { readActor } from '../ledger/readActor.ts';
import { ledgerTransactions } from '../ledger/tables.ts';
import { members } from '../network/tables.ts';
import { requireOwnQuestion } from './ask.ts';
import type { Household } from './concerns.ts';
import { mayAttest, readFeed } from './feed.ts';

const tags = ['Carrier'];
const MOST_BLOCKS = 200;
const WAIT_MS = 20_000;

/** A governor carries participants' signed commands to the ledger, and shows them their own facts. It cannot alter a command: the actor's signature covers it. */
export const carrierRoutes = (deps: NodeDeps) => {
  const app = router();
  if (deps.config.kind !== 'governor') return app;
  const middleware = deps.guard('member_node');

  const householdOf = async (org: string): Promise<Household> => {
    const rows = await deps.db
      .select()
      .from(members)
      .where(or(eq(members.member, org), eq(members.sponsor, org)));
    return { members: new Set(rows.map((row) => row.member)), companies: new Set(rows.map((row) => row.company)) };
  };

  const blockOf = async (txId: string): Promise<SeenBlock | undefined> => {
    const [row] = await deps.db.select().from(ledgerTransactions).where(eq(ledgerTransactions.txId, txId));
    if (!row || deps.readBlock === undefined) return undefined;
    return followBlock(await deps.readBlock(row.blockNumber), deps.config.chaincode);
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: '/carrier',
      tags,
      summary: 'The ledger behind this governor',
      security: bearer,
      middleware,
      responses: reads(CarrierDescription, 'The ledger'),
    }),
    async (c) => c.json(await deps.ledger.describe(), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/carrier/commands',
      tags,
      summary: 'Carry a signed command to the ledger; the same commandId may be sent again',
      security: bearer,
      middleware,
      request: body(SignedCommand),
      responses: creates(CarriedCommit, 'On the ledger'),
    }),
    async (c) => {
      const signed = c.req.valid('json');
      const household = await householdOf(c.get('caller').org);
      const claims = readActor(signed.actor);
      if (claims === undefined) throw new AnlianError('actor_invalid', { field: 'actor' });
      if (!household.members.has(claims.org))
        throw new AnlianError('forbidden', { field: 'actor', detail: 'the command is another member’s' });
      return c.json(await deps.ledger.submit(signed), 201);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/carrier/blocks',
      tags,
      summary: 'Blocks from a number on, reduced to what concerns the asking member; waits for the first one',
      security: bearer,
      middleware,
      request: { query: CarriedBlocksQuery },
      responses: reads(CarriedBlocks, 'Blocks'),
    }),
    async (c) => {
      const { from } = c.req.valid('query');
      const household = await householdOf(c.get('caller').org);
      return c.json(
        await readFeed(deps.ledger, household, { from, most: MOST_BLOCKS, waitMs: WAIT_MS, signal: c.req.raw.signal }),
        200,
      );
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/carrier/queries',
      tags,
      summary: 'Ask a read function of the chaincode about what is the asking member’s or everybody’s',
      security: bearer,
      middleware,
      request: body(CarriedQuery),
      responses: creates(CarriedAnswer, 'The answer'),
    }),
    async (c) => {
      const question = c.req.valid('json');
      requireOwnQuestion(await householdOf(c.get('caller').org), question);
      return c.json({ value: await deps.ledger.query(question.name, question.args) }, 201);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/carrier/views',
      tags,
      summary: 'The value of a fact that is the asking member’s or everybody’s, under the endorsers’ signatures',
      security: bearer,
      middleware,
      request: body(ViewQuestion),
      responses: creates(EndorsedAnswerJson, 'Question and answer, signed'),
    }),
    async (c) => {
      const question = c.req.valid('json');
      const reading = { name: 'query:get', args: { key: viewedKey(question) } } as const;
      requireOwnQuestion(await householdOf(c.get('caller').org), reading);
      return c.json(endorsedToJson(await deps.ledger.view(question)), 201);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/carrier/attestations/{txId}',
      tags,
      summary: 'An attested transaction that concerns the asking member',
      security: bearer,
      middleware,
      request: { params: z.object({ txId: z.string().regex(/^[0-9a-f]{64}$/) }) },
      responses: reads(EndorsedAnswerJson, 'The transaction under the endorsers’ signatures'),
    }),
    async (c) => {
      const { txId } = c.req.valid('param');
      const block = await blockOf(txId);
      if (block === undefined || !mayAttest(await householdOf(c.get('caller').org), block, txId))
        throw new AnlianError('not_found');
      return c.json(endorsedToJson(await deps.ledger.attest(txId)), 200);
    },
  );
  return app;
};
