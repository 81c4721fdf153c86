import { toInstant } from '@anlian/contracts';
import { and, eq, lt, sql } from 'drizzle-orm';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import { issuerModels } from './tables.ts';

/** Marks that a thing was seen. The provider looks first and writes after: only a refused second write stops two at once. */
const WRITTEN_ONCE: ReadonlySet<string> = new Set(['ReplayDetection']);

/**
 * One model of `oidc-provider` in our database. Expiry is judged by the provider; rows are removed by {@link sweepModels}.
 * @throws {errors.InvalidClientAuth} from `upsert` of a replay mark that exists
 * @throws {errors.InvalidGrant} from `consume` of what was consumed: of eight at once, one succeeds
 */
export const modelAdapter = (db: Db, model: string, clock: Clock): Adapter => {
  const byId = (id: string) => and(eq(issuerModels.model, model), eq(issuerModels.id, id));
  const findBy = async (where: ReturnType<typeof and>): Promise<AdapterPayload | undefined> => {
    const [row] = await db.select({ payload: issuerModels.payload }).from(issuerModels).where(where).limit(1);
    return row?.payload;
  };
  const findByMember = (name: 'uid' | 'userCode', value: string) =>
    findBy(and(eq(issuerModels.model, model), sql`${issuerModels.payload} ->> ${name} = ${value}`));

  return {
    upsert: async (id, payload, expiresIn) => {
      const values = {
        payload,
        grantId: payload.grantId ?? null,
        expiresAt: expiresIn === undefined ? null : toInstant(clock() + expiresIn * 1000),
      };
      const insert = db.insert(issuerModels).values({ model, id, ...values });
      if (!WRITTEN_ONCE.has(model)) {
        await insert.onConflictDoUpdate({ target: [issuerModels.model, issuerModels.id], set: values });
        return;
      }
      try {
        await insert;
      } catch (error) {
        if (isUniqueViolation(error)) throw new errors.InvalidClientAuth('an assertion is good for one use');
        throw error;
      }
    },
    find: (id) => findBy(byId(id)),
    findByUid: (uid) => findByMember('uid', uid),
    findByUserCode: (userCode) => findByMember('userCode', userCode),
    consume: async (id) => {
      const consumed = JSON.stringify({ consumed: Math.floor(clock() / 1000) });
      const rows = await db
        .update(issuerModels)
        .set({ payload: sql`${issuerModels.payload} || ${consumed}::jsonb` })
        .where(and(byId(id), sql`${issuerModels.payload} ->> 'consumed' is null`))
        .returning({ id: issuerModels.id });
      if (rows.length === 0) throw new errors.InvalidGrant('consumed by another request');
    },
    destroy: async (id) => {
      await db.delete(issuerModels).where(byId(id));
    },
    revokeByGrantId: async (grantId) => {
      await db.delete(issuerModels).where(and(eq(issuerModels.model, model), eq(issuerModels.grantId, grantId)));
    },
  };
};

/** Removes what has expired. Returns how many rows. */
export const sweepModels = async (db: Db, clock: Clock): Promise<number> => {
  const gone = await db
    .delete(issuerModels)
    .where(lt(issuerModels.expiresAt, toInstant(clock())))
    .returning({ id: issuerModels.id });
  return gone.length;
};
