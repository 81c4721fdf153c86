import { type PackAnswer, type PackHeader, toInstant } from '@anlian/contracts';
import { packRowsText, signPack } from '@anlian/sdk/gate';
import { eq } from 'drizzle-orm';
import type { NodeDeps } from '../deps.ts';
import { ledgerCheckpoint } from '../ledger/tables.ts';
import { packRowsOf } from './packFacts.ts';
import { gates, packs } from './tables.ts';
import { textDigest } from './textDigest.ts';

type PackDeps = Pick<NodeDeps, 'config' | 'db' | 'clock' | 'keys' | 'recordEvidence'>;

interface Lists {
  readonly madeAt: string;
  readonly height: number;
  readonly text: string;
  readonly digest: string;
  readonly count: number;
}

/**
 * The sync pack of a gate's site, signed now. A gate that has these rows already is given the new header alone: it then knows that
 * its lists are current.
 * @param known digest of the rows that the gate has
 * @throws {AnlianError} `site_policy_missing`
 */
export const packFor = async (
  deps: PackDeps,
  gate: { gate: string; site: string },
  known: string | undefined,
): Promise<PackAnswer> => {
  const lists = await readLists(deps, gate.site);
  const jws = await sign(deps, gate, lists);
  return { jws, ...(known === lists.digest ? {} : { rows: lists.text }) };
};

/** Rows and height of one moment of the database: the header says of which block the rows are. */
const readLists = ({ config, db, clock }: PackDeps, site: string): Promise<Lists> =>
  db.transaction(
    async (tx) => {
      const nowMs = clock();
      const [checkpoint] = await tx.select().from(ledgerCheckpoint);
      const rows = await packRowsOf(tx, config, site, nowMs);
      const text = packRowsText(rows);
      return {
        madeAt: toInstant(nowMs),
        height: checkpoint?.height ?? 0,
        text,
        digest: textDigest(text),
        count: rows.length,
      };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );

/** Signs the next pack of the site's chain. New lists are evidence; the same ones, confirmed every minute, are not. */
const sign = (
  { config, db, keys, recordEvidence }: PackDeps,
  { gate, site }: { gate: string; site: string },
  lists: Lists,
): Promise<string> =>
  db.transaction(async (tx) => {
    const [last] = await tx.select().from(packs).where(eq(packs.site, site)).for('update');
    const { madeAt, height, digest: rows, count } = lists;
    const header: PackHeader = {
      v: 1,
      member: config.member,
      site,
      madeAt,
      height,
      previous: last?.digest ?? null,
      rows,
      count,
    };
    const key = keys.key('pack');
    const jws = await signPack(header, key.descriptor.kid, async (message) => key.sign(message));
    const row = { digest: textDigest(jws), rows, madeAt, height };
    await tx
      .insert(packs)
      .values({ site, ...row })
      .onConflictDoUpdate({ target: packs.site, set: row });
    await tx.update(gates).set({ lastSyncAt: madeAt }).where(eq(gates.gate, gate));
    if (last?.rows !== rows) await recordEvidence(tx, { kind: 'pack-made', record: jws });
    return jws;
  });
