import {
  AnlianError,
  type Company,
  canonicalText,
  formatId,
  SITE_SUSPENSION_REASONS,
  type SiteSuspension,
  type SuspendAtSite,
  SuspensionId,
  toInstant,
} from '@anlian/contracts';
import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { coded } from '../contractors/credentialView.ts';
import { toText } from '../contractors/names.ts';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { afterId, type PageRequest, toPage } from '../http/page.ts';
import { siteNames, sites } from '../network/tables.ts';
import { siteSuspensions } from './tables.ts';

type SuspendDeps = Pick<NodeDeps, 'config' | 'clock' | 'random' | 'recordEvidence'>;
type Row = typeof siteSuspensions.$inferSelect;

const toSuspension = (row: Row): SiteSuspension => ({
  suspension: row.suspension,
  site: row.site,
  subject: row.company === null ? { kind: 'pass', pass: row.pass ?? '' } : { kind: 'company', company: row.company },
  reason: row.reason,
  from: row.validFrom,
  endedAt: row.endedAt,
});

const record = (tx: Tx, { recordEvidence }: SuspendDeps, suspension: SiteSuspension): Promise<string> =>
  recordEvidence(tx, {
    kind: 'site-suspension',
    record: canonicalText({ v: 1, kind: 'site-suspension', ...suspension }),
  });

/** Keeps a company or a person out of a site from the next sync on. Local: it neither needs the ledger nor shows there. */
export const suspend = async (
  tx: Tx,
  deps: SuspendDeps,
  { site, subject, reason }: SuspendAtSite,
): Promise<SiteSuspension> => {
  const row: Row = {
    suspension: formatId('sus', deps.random(16)),
    site,
    company: subject.kind === 'company' ? subject.company : null,
    pass: subject.kind === 'pass' ? subject.pass : null,
    reason,
    validFrom: toInstant(deps.clock()),
    endedAt: null,
  };
  await tx.insert(siteSuspensions).values(row);
  const suspension = toSuspension(row);
  await record(tx, deps, suspension);
  return suspension;
};

/** A suspension in the view of a company, with the name of its site where this node has one. */
const toView = ({
  row: { suspension, site, validFrom, reason },
  ...name
}: {
  readonly row: Row;
  readonly zh: string | null;
  readonly en: string | null;
}): Company['suspensions'][number] => ({
  suspension,
  site,
  name: toText(name),
  from: validFrom,
  reason: coded(SITE_SUSPENSION_REASONS, reason),
});

const ownSites = (db: Db, member: string) => db.select({ site: sites.site }).from(sites).where(eq(sites.owner, member));

/** @throws {AnlianError} `not_found`; `invalid_transition` when it has ended */
export const endSuspension = async (tx: Tx, deps: SuspendDeps, id: string): Promise<SiteSuspension> => {
  const [row] = await tx
    .select()
    .from(siteSuspensions)
    .where(and(eq(siteSuspensions.suspension, id), inArray(siteSuspensions.site, ownSites(tx, deps.config.member))))
    .for('update');
  if (!row) throw new AnlianError('not_found');
  if (row.endedAt !== null) throw new AnlianError('invalid_transition', { detail: 'ended' });
  const ended = { ...row, endedAt: toInstant(deps.clock()) };
  await tx.update(siteSuspensions).set({ endedAt: ended.endedAt }).where(eq(siteSuspensions.suspension, id));
  const suspension = toSuspension(ended);
  await record(tx, deps, suspension);
  return suspension;
};

/** Suspensions of a site, or of all, by id. */
export const listSuspensions = async (
  db: Db,
  { cursor, limit, site }: PageRequest & { readonly site?: string | undefined },
) => {
  const rows = await db
    .select()
    .from(siteSuspensions)
    .where(
      and(
        site === undefined ? undefined : eq(siteSuspensions.site, site),
        afterId(cursor, siteSuspensions.suspension, SuspensionId),
      ),
    )
    .orderBy(asc(siteSuspensions.suspension))
    .limit(limit + 1);
  return toPage(rows, limit, ({ suspension }) => suspension, rows.slice(0, limit).map(toSuspension));
};

/** What keeps some companies out of this member's sites now. */
export const companySuspensions =
  ({ db, config }: Pick<NodeDeps, 'db' | 'config'>) =>
  async (companies: readonly string[]): Promise<ReadonlyMap<string, Company['suspensions']>> => {
    const rows = await db
      .select({ row: siteSuspensions, zh: siteNames.zh, en: siteNames.en })
      .from(siteSuspensions)
      .innerJoin(sites, eq(sites.site, siteSuspensions.site))
      .leftJoin(siteNames, eq(siteNames.site, siteSuspensions.site))
      .where(
        and(
          eq(sites.owner, config.member),
          inArray(siteSuspensions.company, [...companies]),
          isNull(siteSuspensions.endedAt),
        ),
      )
      .orderBy(siteSuspensions.site, siteSuspensions.validFrom, siteSuspensions.suspension);
    const bySubject = Map.groupBy(rows, ({ row }) => row.company ?? '');
    return new Map([...bySubject].map(([company, of]) => [company, of.map(toView)]));
  };

/** Since when each company and pass is kept out of a site; the earliest counts. */
export const suspendedSince = async (db: Db, site: string): Promise<ReadonlyMap<string, string>> => {
  const rows = await db
    .select()
    .from(siteSuspensions)
    .where(and(eq(siteSuspensions.site, site), isNull(siteSuspensions.endedAt)));
  const since = new Map<string, string>();
  for (const { company, pass, validFrom } of rows) {
    const subject = company ?? pass ?? '';
    const known = since.get(subject);
    if (known === undefined || validFrom < known) since.set(subject, validFrom);
  }
  return since;
};
