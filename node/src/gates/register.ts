import {
  AnlianError,
  canonicalText,
  formatId,
  type Gate,
  instantMs,
  type RegisterGate,
  toInstant,
} from '@anlian/contracts';
import { thumbprint } from '@anlian/sdk/code';
import { asc, eq } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { registerClient } from '../identity/store.ts';
import { ownSite } from '../network/store.ts';
import { gates } from './tables.ts';

export type GateRow = typeof gates.$inferSelect;

/**
 * Registers a gate: its decision key goes to the ledger, its sign-in key stays with this node's issuer. One key may not do both,
 * since a decision is evidence against whoever could also have signed in.
 * @throws {AnlianError} `not_found` for another member's site, `invalid_input`, `already_exists`
 */
export const registerGate = async (
  tx: Tx,
  deps: Pick<NodeDeps, 'clock' | 'random' | 'queue' | 'recordEvidence'>,
  caller: Caller,
  { site, label, gateKey, clientKey }: RegisterGate,
): Promise<{ body: { gate: string; site: string; clientId: string; kid: string }; commandId: string }> => {
  await ownSite(tx, caller, site);
  const kid = await thumbprint(gateKey);
  if (kid === (await thumbprint(clientKey)))
    throw new AnlianError('invalid_input', { field: '/clientKey', detail: 'a key of its own' });
  const gate = formatId('gat', deps.random(16));
  const registeredAt = toInstant(deps.clock());
  await registerClient(
    tx,
    { clientId: gate, org: caller.org, roles: ['gate'], publicJwk: clientKey, label },
    registeredAt,
  );
  await tx.insert(gates).values({
    gate,
    site,
    labelZh: label.zh,
    labelEn: label.en,
    kid,
    jwk: gateKey,
    state: 'active',
    registeredAt,
    lastSeq: 0,
  });
  await deps.recordEvidence(tx, {
    kind: 'gate-registered',
    record: canonicalText({ v: 1, kind: 'gate-registered', gate, site, kid, at: registeredAt }),
  });
  const key = { kid, use: 'gate' as const, jwk: gateKey, gate };
  const commandId = await deps.queue.enqueue(tx, caller, 'member:register_key', { key });
  return { body: { gate, site, clientId: gate, kid }, commandId };
};

/** The gate that asks, and no other. @throws {AnlianError} `not_found` */
export const callingGate = async (db: Db, caller: Caller, gate: string): Promise<GateRow> => {
  const [row] = await db.select().from(gates).where(eq(gates.gate, gate));
  if (!row || caller.subject !== gate) throw new AnlianError('not_found');
  return row;
};

export const listGates = async (db: Db, site: string | undefined, nowMs: number): Promise<Gate[]> => {
  const rows = await db
    .select()
    .from(gates)
    .where(site === undefined ? undefined : eq(gates.site, site))
    .orderBy(asc(gates.site), asc(gates.gate));
  return rows.map((row) => ({
    gate: row.gate,
    site: row.site,
    label: { zh: row.labelZh, en: row.labelEn },
    kid: row.kid,
    state: row.state,
    lastSyncAt: row.lastSyncAt,
    listAgeSeconds:
      row.lastSyncAt === null ? null : Math.max(0, Math.floor((nowMs - instantMs(row.lastSyncAt)) / 1000)),
    lastDecisionAt: row.lastDecisionAt,
    lastUploadAt: row.lastUploadAt,
    upTo: row.lastSeq,
  }));
};
