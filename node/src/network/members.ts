import {
  AnlianError,
  CreateTenant,
  canonicalText,
  type MemberDescriptor,
  MemberId,
  MemberList,
  Peer,
  PutPeer,
  Tenant,
  TenantList,
  toInstant,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import { eq, or } from 'drizzle-orm';
import * as z from 'zod';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { change, update } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads, updates } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { keyHistory, listTenants } from './store.ts';
import { members, peers, tenants } from './tables.ts';

/** Members with their keys, where their nodes are, and the tenants of this node. */
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
  app.openapi(
    createRoute({
      method: 'get',
      path: '/tenants',
      tags: ['Tenants'],
      summary: 'Contractors that live on this node',
      security: bearer,
      middleware: [deps.staff('administrator', 'safety_manager', 'governor_delegate', 'auditor')],
      responses: reads(TenantList, 'Tenants'),
    }),
    async (c) => c.json({ items: (await listTenants(db)).map(toTenant) }, 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/tenants',
      tags: ['Tenants'],
      summary: 'Make a place for a contractor; it is admitted to the network by vote afterwards',
      security: bearer,
      middleware: [deps.staff('administrator')],
      request: { ...body(CreateTenant), ...idempotent },
      responses: creates(Tenant, 'Made'),
    }),
    async (c) => {
      const input = c.req.valid('json');
      await refuseTaken(db, config.member, input);
      const actor = await deps.keys.create('actor', input.member);
      const descriptor: MemberDescriptor = {
        member: input.member,
        company: input.company,
        kind: 'participant',
        sponsor: config.member,
        keys: [actor.descriptor],
      };
      return change(c, deps, input, async (tx) => {
        const made = await tx
          .insert(tenants)
          .values({
            member: input.member,
            company: input.company,
            nameZh: input.name.zh,
            nameEn: input.name.en,
            descriptor,
          })
          .onConflictDoNothing()
          .returning();
        if (made.length === 0) {
          // Of two requests for one company at once, the second finds here what the first has made meanwhile.
          await refuseTaken(tx, config.member, input);
          throw new AnlianError('already_exists', { field: '/member' });
        }
        return { body: { member: input.member, company: input.company, name: input.name, descriptor } };
      });
    },
  );
  return app;
};

/** Looked at before a key is made. `own` names the node's own keys in its key store. A repeated request finds its own tenant and goes on. */
const refuseTaken = async (
  db: Db | Tx,
  own: string,
  input: { readonly member: string; readonly company: string },
): Promise<void> => {
  if (input.member === own || input.member === 'own') throw new AnlianError('already_exists', { field: '/member' });
  const taken = await db
    .select()
    .from(tenants)
    .where(or(eq(tenants.member, input.member), eq(tenants.company, input.company)));
  for (const row of taken) {
    if (row.member !== input.member) throw new AnlianError('already_exists', { field: '/company' });
    if (row.company !== input.company) throw new AnlianError('already_exists', { field: '/member' });
  }
};

const toTenant = (row: typeof tenants.$inferSelect) => ({
  member: row.member,
  company: row.company,
  name: { zh: row.nameZh, en: row.nameEn },
  descriptor: row.descriptor,
});
