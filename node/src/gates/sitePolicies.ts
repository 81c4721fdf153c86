import { AnlianError, canonicalText, type PutSitePolicy, type SitePolicy, toInstant } from '@anlian/contracts';
import { asc, eq } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { NodeDeps } from '../deps.ts';
import { sitePolicies } from './tables.ts';

/** Every version of a site's requirement set, oldest first. */
export const policyHistory = async (db: Db, site: string): Promise<SitePolicy[]> =>
  (await db.select().from(sitePolicies).where(eq(sitePolicies.site, site)).orderBy(asc(sitePolicies.version))).map(
    ({ policy }) => policy,
  );

/** The version that gates apply now: the last one that is effective, or the first while none is. */
export const effectivePolicy = (history: readonly SitePolicy[], now: string): SitePolicy | undefined =>
  history.findLast(({ effectiveFrom }) => effectiveFrom <= now) ?? history[0];

/**
 * Puts the next version of a site's requirement set.
 * @param version what the caller has seen; 0 for the first
 * @throws {AnlianError} `version_conflict`
 */
export const putPolicy = async (
  tx: Tx,
  { clock, recordEvidence }: Pick<NodeDeps, 'clock' | 'recordEvidence'>,
  site: string,
  version: number,
  input: PutSitePolicy,
): Promise<SitePolicy> => {
  const history = await policyHistory(tx, site);
  if ((history.at(-1)?.version ?? 0) !== version) throw new AnlianError('version_conflict', { field: 'If-Match' });
  const now = toInstant(clock());
  const policy: SitePolicy = { ...input, site, version: version + 1, effectiveFrom: input.effectiveFrom ?? now };
  try {
    await tx.insert(sitePolicies).values({ site, version: policy.version, policy });
  } catch (error) {
    if (isUniqueViolation(error)) throw new AnlianError('version_conflict', { field: 'If-Match', cause: error });
    throw error;
  }
  await recordEvidence(tx, {
    kind: 'policy-changed',
    record: canonicalText({ v: 1, kind: 'policy-changed', policy, at: now }),
  });
  return policy;
};
