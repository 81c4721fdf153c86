import { encodeEntryBundle, parseTilePath } from '@anlian/chaincode/proof';
import {
  AnlianError,
  canonicalText,
  EvidenceBundle,
  EvidenceId,
  type EvidenceKind,
  EvidencePage,
  EvidenceQuery,
  leafBytes,
  TransactionBundle,
  VerificationError,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import { and, desc, eq } from 'drizzle-orm';
import { Hono } from 'hono';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import type { AppEnv } from '../http/caller.ts';
import { bearer, reads } from '../http/openapi.ts';
import { afterRow, toPage } from '../http/page.ts';
import { router } from '../http/routes.ts';
import { proveEvidence, proveTransaction } from './proof.ts';
import { leafOf } from './record.ts';
import { evidenceHead, newestHead, readLeaves, readTile } from './store.ts';
import { evidence } from './tables.ts';

const tags = ['Evidence'];
const READERS = ['auditor', 'safety_manager', 'administrator'] as const;

/** Serialised without white space, a value in this order is its own RFC 8785 form. */
const inCanonicalOrder = <T>(value: T): T => JSON.parse(canonicalText(value)) as T;

/** What this member recorded, and the proofs of it. */
export const evidenceRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/evidence',
      tags,
      summary: 'Evidence, newest first',
      security: bearer,
      middleware: [deps.staff(...READERS)],
      request: { query: EvidenceQuery },
      responses: reads(EvidencePage, 'A page of evidence'),
    }),
    async (c) => {
      const { cursor, limit, kind, gate } = c.req.valid('query');
      const { anchoredSize } = await evidenceHead(db);
      const rows = await db
        .select()
        .from(evidence)
        .where(
          and(
            afterRow(cursor, evidence.seq),
            kind === undefined ? undefined : eq(evidence.kind, kind),
            gate === undefined ? undefined : eq(evidence.gate, gate),
          ),
        )
        .orderBy(desc(evidence.seq))
        .limit(limit + 1);
      const items = rows.slice(0, limit).map((row) => ({
        evidence: row.evidence,
        kind: row.kind as EvidenceKind,
        at: row.at,
        gate: row.gate,
        seq: row.gateSeq,
        leafIndex: row.leafIndex,
        state:
          row.leafIndex === null
            ? ('waiting' as const)
            : row.leafIndex < anchoredSize
              ? ('anchored' as const)
              : ('logged' as const),
      }));
      return c.json(
        toPage(rows, limit, ({ seq }) => seq, items),
        200,
      );
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/proofs/evidence/{evidence}',
      tags,
      summary: 'The proof file of one record, to be verified offline',
      security: bearer,
      middleware: [deps.staff(...READERS)],
      request: { params: z.object({ evidence: EvidenceId }) },
      responses: reads(EvidenceBundle, 'Canonical JSON, RFC 8785'),
    }),
    async (c) => c.json(inCanonicalOrder(await proveEvidence(deps, c.req.valid('param').evidence)), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/proofs/transactions/{txId}',
      tags,
      summary: 'The proof file of one transaction, to be verified offline',
      security: bearer,
      middleware: [deps.staff(...READERS)],
      request: { params: z.object({ txId: z.string().regex(/^[0-9a-f]{64}$/) }) },
      responses: reads(TransactionBundle, 'Canonical JSON, RFC 8785'),
    }),
    async (c) => c.json(inCanonicalOrder(await proveTransaction(deps, c.req.valid('param').txId)), 200),
  );
  return app;
};

const BYTES = { 'content-type': 'application/octet-stream', 'cache-control': 'public, max-age=31536000, immutable' };

/** The evidence log as C2SP `tlog-tiles`: public, since it holds commitments only. */
export const logRoutes = ({ db }: NodeDeps): Hono<AppEnv> => {
  const app = new Hono<AppEnv>();
  app.get('/checkpoint', async (c) => {
    const head = await newestHead(db);
    if (!head) throw new AnlianError('not_found');
    return c.text(head.checkpoint, 200, { 'cache-control': 'no-cache' });
  });
  app.get('/tile/*', async (c) => {
    const bytes = await tileBytes(db, c.req.path.slice(c.req.path.indexOf('tile/')));
    if (!bytes) throw new AnlianError('not_found');
    return c.body(bytes, 200, BYTES);
  });
  return app;
};

const tileBytes = async (db: NodeDeps['db'], path: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const tile = orNotFound(() => parseTilePath(path));
  const first = Number(tile.index) * 256;
  if (!Number.isSafeInteger(first)) return undefined;
  if (tile.level === 'entries') {
    const rows = await readLeaves(db, first, tile.width);
    return rows && new Uint8Array(encodeEntryBundle(rows.map((row) => leafBytes(leafOf(row)))));
  }
  const hashes = await readTile(db, tile.level * 8, first, tile.width);
  return hashes && new Uint8Array(Buffer.concat(hashes));
};

const orNotFound = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw error instanceof VerificationError ? new AnlianError('not_found') : error;
  }
};
