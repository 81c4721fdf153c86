import { AnlianError, TrustBundle, toBase64Url, toInstant } from '@anlian/contracts';
import { configurationBlocksOf } from '@anlian/sdk/ledger';
import { createRoute } from '@hono/zod-openapi';
import type { NodeDeps } from '../deps.ts';
import { reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { keyHistory } from './store.ts';
import { channel, members } from './tables.ts';

/** The trust bundle as this governor knows it: whoever uses it compares the genesis hash with at least one more governor. */
export const trustRoutes = (deps: NodeDeps) => {
  const app = router();
  const { readBlock } = deps;
  if (readBlock === undefined) return app;
  const configurationBlocks = configurationBlocksOf(readBlock);
  app.openapi(
    createRoute({
      method: 'get',
      path: '/trust',
      tags: ['Trust'],
      summary: 'Members, keys and the genesis block, for offline verification',
      responses: reads(TrustBundle, 'The trust bundle'),
    }),
    async (c) => {
      const { db, config, clock } = deps;
      const [founded] = await db.select().from(channel);
      if (!founded || founded.state === 'proposed') throw new AnlianError('channel_not_founded');
      const { kind, genesisHash } = await deps.ledger.describe();
      const height = Math.max(1, deps.height());
      const [rows, keys] = [await db.select().from(members).orderBy(members.member), await keyHistory(db)];
      return c.json(
        {
          v: 1 as const,
          channel: config.channel,
          chaincode: config.chaincode,
          ledger: kind,
          genesisHash,
          genesis: toBase64Url(await readBlock(0)),
          updates: (await configurationBlocks(height)).map(toBase64Url),
          k: founded.policy.k,
          witnesses: founded.policy.witnesses,
          voteAssertions: founded.policy.voteAssertions,
          personAssertions: founded.policy.personAssertions,
          members: rows.map((row) => ({
            member: row.member,
            company: row.company,
            kind: row.kind,
            mspId: row.mspId,
            from: row.admittedAt,
            to: row.expelledAt,
            keys: keys
              .filter((key) => key.member === row.member)
              .map(({ key, validFrom, retiredAt, compromisedSince }) => ({
                key,
                from: validFrom,
                to: retiredAt,
                compromisedSince,
              })),
          })),
          asOf: { height, at: toInstant(clock()) },
          publishedBy: [config.member],
        },
        200,
      );
    },
  );
  return app;
};
