import { canonicalText, MemberId, MemberList, Peer, PutPeer, toInstant } from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { update } from '../http/change.ts';
import { bearer, body, reads, updates } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { keyHistory } from './store.ts';
import { members, peers } from './tables.ts';

/** Members with their keys, and where their nodes are. */
export const memberRoutes = (deps: NodeDeps) => {
  const { db, config } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/members',
      tags: ['Members'],
      summary: 'Members and their keys',
      responses: reads(MemberList, 'Every member that was ever admitted'),
    }),
    async (c) => {
      const [rows, keys, urls] = [
        await db.select().from(members).orderBy(members.member),
        await keyHistory(db),
        await db.select().from(peers),
      ];
      const items = rows.map((row) => ({
        member: row.member,
        company: row.company,
        kind: row.kind,
        sponsor: row.sponsor,
        state: row.state,
        admittedAt: row.admittedAt,
        url:
          row.member === config.member
            ? config.publicUrl
            : (urls.find((peer) => peer.member === row.member)?.url ?? null),
        keys: keys
          .filter((key) => key.member === row.member)
          .map((key) => ({
            key: key.key,
            from: key.validFrom,
            to: key.retiredAt,
            compromisedSince: key.compromisedSince,
          })),
      }));
      return c.json({ items }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'put',
      path: '/peers/{member}',
      tags: ['Members'],
      summary: 'Tell this node where another member’s node is',
      security: bearer,
      middleware: [deps.staff('administrator')],
      request: { params: z.object({ member: MemberId }), ...body(PutPeer) },
      responses: updates(Peer, 'Stored'),
    }),
    (c) => {
      const { member } = c.req.valid('param');
      const url = c.req.valid('json').url.replace(/\/+$/, '');
      return update(c, deps, async (tx) => {
        await tx.insert(peers).values({ member, url }).onConflictDoUpdate({ target: peers.member, set: { url } });
        const record = {
          v: 1,
          kind: 'peer-set',
          member,
          url,
          by: c.get('caller').subject,
          at: toInstant(deps.clock()),
        };
        await deps.recordEvidence(tx, { kind: 'record-changed', record: canonicalText(record) });
        return { body: { member, url } };
      });
    },
  );
  return app;
};
