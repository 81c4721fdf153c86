import {
  AnlianError,
  CreateTenant,
  canonicalText,
  type MemberDescriptor,
  Tenant,
  TenantList,
  toInstant,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import { eq } from 'drizzle-orm';
import type * as z from 'zod';
import type { Tx } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { listTenants } from './store.ts';
import { tenants } from './tables.ts';

type Row = typeof tenants.$inferSelect;
type TenantDeps = Pick<NodeDeps, 'config' | 'keys' | 'clock' | 'recordEvidence'>;

/** Contractors that live on this node. */
export const tenantRoutes = (deps: NodeDeps) => {
  const app = router();
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
    async (c) => c.json({ items: (await listTenants(deps.db)).map(toTenant) }, 200),
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
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => ({ body: await makeTenant(tx, deps, c.get('caller'), input) }));
    },
  );
  return app;
};

/**
 * Makes a tenant with its actor key. Name and company are reserved before the key is made, so that whoever comes second leaves no key;
 * that of a transaction which fails later is taken up by the next attempt under this name.
 * @throws {AnlianError} `already_exists` for a name or a company that is taken
 */
const makeTenant = async (
  tx: Tx,
  deps: TenantDeps,
  caller: Caller,
  input: z.infer<typeof CreateTenant>,
): Promise<z.infer<typeof Tenant>> => {
  const { member, company, name } = input;
  const sponsor = deps.config.member;
  if (member === sponsor) throw new AnlianError('already_exists', { field: '/member' });
  const unkeyed: MemberDescriptor = { member, company, kind: 'participant', sponsor, keys: [] };
  const reserved: Row = { member, company, nameZh: name.zh, nameEn: name.en, descriptor: unkeyed };
  await reserve(tx, reserved);
  const { descriptor: key } = await deps.keys.create('actor', member);
  const row = { ...reserved, descriptor: { ...unkeyed, keys: [key] } };
  await tx.update(tenants).set({ descriptor: row.descriptor }).where(eq(tenants.member, member));
  const record = { v: 1, kind: 'tenant-made', member, company, name, actorKey: key.kid };
  const made = { ...record, by: caller.subject, at: toInstant(deps.clock()) };
  await deps.recordEvidence(tx, { kind: 'record-changed', record: canonicalText(made) });
  return toTenant(row);
};

/** Of several requests at once the first is waited for; the others find here what it has made. */
const reserve = async (tx: Tx, row: Row): Promise<void> => {
  try {
    await tx.insert(tenants).values(row);
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause;
    const field = isUniqueViolation(cause, 'tenants_company_unique') ? '/company' : '/member';
    throw new AnlianError('already_exists', { field, cause });
  }
};

const toTenant = ({ member, company, nameZh, nameEn, descriptor }: Row): z.infer<typeof Tenant> => ({
  member,
  company,
  name: { zh: nameZh, en: nameEn },
  descriptor,
});
