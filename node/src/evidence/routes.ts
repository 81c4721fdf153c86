import { encodeEntryBundle, parseTilePath } from '@anlian/chaincode/proof';
import {
  AnlianError,
  BlockBundle,
  BlockPath,
  canonicalText,
  EvidenceBundle,
  EvidenceId,
  type EvidenceKind,
  EvidencePage,
  EvidenceQuery,
  leafBytes,
  ProofQuery,
  TransactionBundle,
  VerificationError,
  ViewBundle,
  ViewPath,
  ViewQuestion,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import { and, desc, eq } from 'drizzle-orm';
import { Hono } from 'hono';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import type { AppEnv } from '../http/caller.ts';
import { bearer, reads } from '../http/openapi.ts';
import { afterRow, toPage } from '../http/page.ts';
import { invalidInput } from '../http/problem.ts';
import { router } from '../http/routes.ts';
import { proveBlock, proveEvidence, proveTransaction, proveView } from './proof.ts';
import { leafOf } from './record.ts';
import { evidenceHead, headToServe, readLeaves, readTile } from './store.ts';
import { evidence } from './tables.ts';

const tags = ['Evidence'];
const READERS = ['auditor', 'safety_manager', 'administrator'] as const;

/** Serialised without white space, a value in this order is its own RFC 8785 form. */
const inCanonicalOrder = <T>(value: T): T => JSON.parse(canonicalText(value)) as T;

const questionOf = (type: ViewQuestion['type'], fact: string): ViewQuestion => {
  const parsed = ViewQuestion.safeParse({ type, key: fact.split('/') });
  if (!parsed.success) throw invalidInput(parsed.error);
  return parsed.data;
};

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
      summary: 'The proof file of one command on the ledger, to be verified offline',
      description: 'Where several commands share the transaction, `commandId` says which one the proof is about.',
      security: bearer,
      middleware: [deps.staff(...READERS)],
      request: { params: z.object({ txId: z.string().regex(/^[0-9a-f]{64}$/) }), query: ProofQuery },
      responses: reads(TransactionBundle, 'Canonical JSON, RFC 8785'),
    }),
    async (c) => {
      const [{ txId }, { commandId }] = [c.req.valid('param'), c.req.valid('query')];
      return c.json(inCanonicalOrder(await proveTransaction(deps, txId, commandId)), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/proofs/views/{type}/{fact}',
      tags,
      summary: 'The proof file of the value that a fact on the ledger has now, to be verified offline',
      description:
        '`fact` holds the parts of the fact’s key, joined by `/` and percent-encoded as one segment: `…/views/violation/COMPANY%2FVIOLATION`.',
      security: bearer,
      middleware: [deps.staff(...READERS)],
      request: { params: ViewPath },
      responses: reads(ViewBundle, 'Canonical JSON, RFC 8785'),
    }),
    async (c) => {
      const { type, fact } = c.req.valid('param');
      return c.json(inCanonicalOrder(await proveView(deps, questionOf(type, fact))), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/proofs/blocks/{number}',
      tags,
      summary: 'The proof file of a whole block, to be verified offline; it proves no transaction valid',
      security: bearer,
      middleware: [deps.staff(...READERS)],
      request: { params: BlockPath },
      responses: reads(BlockBundle, 'Canonical JSON, RFC 8785'),
    }),
    async (c) => c.json(inCanonicalOrder(await proveBlock(deps, Number(c.req.valid('param').number))), 200),
  );
  return app;
};

const BYTES = { 'content-type': 'application/octet-stream', 'cache-control': 'public, max-age=31536000, immutable' };

/** The evidence log as C2SP `tlog-tiles`: public, since it holds commitments only. */
export const logRoutes = ({ db }: NodeDeps): Hono<AppEnv> => {
  const app = new Hono<AppEnv>();
  app.get('/checkpoint', async (c) => {
    const head = await headToServe(db);
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
