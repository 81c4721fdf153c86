import {
  AnlianError,
  CODE_KINDS,
  canonicalText,
  type Invite,
  PASS_TRANSITIONS,
  type Pass,
  PassId,
  toInstant,
} from '@anlian/contracts';
import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { afterId, type PageRequest, toPage } from '../http/page.ts';
import { invite } from './invites.ts';
import { passes, receivedEnrolments } from './tables.ts';

type PassRow = typeof passes.$inferSelect;

/** The site owner's staff see every pass its gates know; another member's node those of the workers it enrolled. */
const visible = (org: string, member: string) => (org === member ? undefined : eq(passes.fromMember, org));

const toPass = (row: PassRow, sites: readonly string[]): Pass => ({
  pass: row.pass,
  kind: CODE_KINDS.pass,
  employer: row.employer,
  state: row.state,
  holderKey: row.holderKey,
  issuedAt: row.issuedAt,
  expiresAt: row.expiresAt,
  sites: [...new Set(sites)].sort(),
});

const withSites = async (db: Db, rows: readonly PassRow[]): Promise<Pass[]> => {
  if (rows.length === 0) return [];
  const ids = rows.map(({ pass }) => pass);
  const enrolments = await db
    .select({ pass: receivedEnrolments.pass, site: receivedEnrolments.site })
    .from(receivedEnrolments)
    .where(and(inArray(receivedEnrolments.pass, ids), eq(receivedEnrolments.state, 'active')));
  return rows.map((row) =>
    toPass(
      row,
      enrolments.filter(({ pass }) => pass === row.pass).map(({ site }) => site),
    ),
  );
};

export const listPasses = async (
  db: Db,
  org: string,
  member: string,
  { cursor, limit }: PageRequest,
): Promise<{ items: Pass[]; next?: string }> => {
  const rows = await db
    .select()
    .from(passes)
    .where(and(visible(org, member), afterId(cursor, passes.pass, PassId)))
    .orderBy(asc(passes.pass))
    .limit(limit + 1);
  return toPage(rows, limit, ({ pass }) => pass, await withSites(db, rows.slice(0, limit)));
};

/** @throws {AnlianError} `not_found` */
export const findPass = async (db: Db, org: string, member: string, pass: string): Promise<Pass> => {
  const rows = await db
    .select()
    .from(passes)
    .where(and(eq(passes.pass, pass), visible(org, member)));
  const [found] = await withSites(db, rows);
  if (!found) throw new AnlianError('not_found');
  return found;
};

/**
 * A new invitation for a worker whose phone is lost: from the next sync on the old key is refused, and until the new phone has
 * claimed the pass a printed badge gives `hold`.
 * @throws {AnlianError} `not_found` (also for a pass of another governor); `invalid_transition` for one that was off-boarded
 */
export const reissueInvite = async (
  tx: Tx,
  deps: Pick<NodeDeps, 'config' | 'clock' | 'random' | 'recordEvidence'>,
  org: string,
  pass: string,
): Promise<Invite> => {
  const { member } = deps.config;
  const [row] = await tx
    .select()
    .from(passes)
    .where(and(eq(passes.pass, pass), eq(passes.issuer, member), visible(org, member)))
    .for('update');
  if (!row) throw new AnlianError('not_found');
  if (row.state === 'active')
    await tx.update(passes).set({ state: 'key_replaced', holderKey: null, code: null }).where(eq(passes.pass, pass));
  if (!PASS_TRANSITIONS[row.state].some((next) => next === 'active' || next === 'key_replaced'))
    throw new AnlianError('invalid_transition', { detail: row.state });
  const record = { v: 1, kind: 'pass-reinvited', pass, for: org, at: toInstant(deps.clock()) };
  await deps.recordEvidence(tx, { kind: 'record-changed', record: canonicalText(record) });
  return invite(tx, deps, pass);
};
