import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noteVerifier } from '@anlian/chaincode/proof';
import { checkpointOrigin, fromBase64Url } from '@anlian/contracts';
import { asc, sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { openKeystore } from '../keys/keystore.ts';
import { CLERK, openBench } from '../ledger/fixtures/queueBench.ts';
import { startAnchoring } from './anchor.ts';
import { evidenceHead } from './store.ts';
import { evidence } from './tables.ts';

/** More than a round takes up. */
const WAITING = 22_000;
const TAKEN = 20_000;

it.each(eachDatabase)(
  'a round ends, whatever still waits; the next goes on, in the order of recording ($name)',
  async (database) => {
    const { db, queue, log, time } = await openBench(database);
    const key = await (await openKeystore(mkdtempSync(join(tmpdir(), 'anlian-anchor-')))).create('log');
    const origin = checkpointOrigin('anlian-test', CLERK.org);
    const verifier = await noteVerifier(origin, fromBase64Url(key.descriptor.jwk.x));
    await db.execute(
      sql`insert into ${evidence} (evidence, kind, record, salt, commitment, at) select 'evd_' || n, 'record-changed', '{}', '', ${'A'.repeat(43)}::text, '' from generate_series(1, ${WAITING}::int) as n`,
    );
    const anchoring = startAnchoring({
      db,
      clock: () => time.ms,
      origin,
      signer: { verifier, sign: key.sign },
      member: CLERK.org,
      queue,
      cosigning: { cosign: async () => undefined, awaiting: () => undefined },
      log,
      intervalMs: 3_600_000,
    });
    try {
      await anchoring.now();
      expect((await evidenceHead(db)).size).toBe(TAKEN);
      await anchoring.now();
      expect((await evidenceHead(db)).size).toBe(WAITING);
      const places = await db.select({ place: evidence.leafIndex }).from(evidence).orderBy(asc(evidence.seq));
      expect(places.map(({ place }) => place)).toEqual(Array.from({ length: WAITING }, (_, at) => at));
    } finally {
      await anchoring.stop();
    }
  },
);
