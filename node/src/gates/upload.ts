import { AnlianError, type GateAlertKind, toInstant } from '@anlian/contracts';
import { and, eq, inArray, ne } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { EvidenceInput } from '../evidence/record.ts';
import { type Continuation, continueChain, type OpenedDecision, openDecisions } from './decisionChain.ts';
import { decisionFacts } from './passages.ts';
import type { GateRow } from './register.ts';
import { forkedDecisions, gateAlerts, gateDecisions, gates } from './tables.ts';

type UploadDeps = Pick<NodeDeps, 'config' | 'db' | 'clock' | 'recordEvidence' | 'recordAllEvidence'>;
type DecisionRow = typeof gateDecisions.$inferSelect;

/** What became of an upload. A fork is stored as evidence before it is refused. */
export type Uploaded =
  | { readonly kind: 'taken'; readonly upTo: number }
  | { readonly kind: 'gap'; readonly expected: number }
  | { readonly kind: 'fork'; readonly seq: number };

/**
 * Takes decisions that a gate signed: each with its evidence leaf, all in one transaction. The same ones may come again.
 * @throws {AnlianError} `invalid_input` naming the first that this gate did not sign for its own site
 */
export const takeDecisions = async (
  deps: UploadDeps,
  gate: GateRow,
  uploaded: readonly string[],
): Promise<Uploaded> => {
  const opened = await openDecisions(gate.jwk, gate.kid, uploaded);
  requireOwn(deps, gate, opened);
  return deps.db.transaction(async (tx) => {
    const continuation = await continuationOf(tx, gate, opened);
    if (continuation.kind === 'gap') return continuation;
    if (continuation.kind === 'fork') return keepFork(tx, deps, gate, continuation.decision);
    const { fresh } = continuation;
    const recorded = await deps.recordAllEvidence(tx, fresh, evidenceOf);
    for (const [decision, evidence] of recorded) await keepDecision(tx, deps, gate, decision, evidence);
    const upTo = await moveEnd(tx, deps, gate, fresh);
    return { kind: 'taken', upTo };
  });
};

function requireOwn(
  { config }: UploadDeps,
  { gate, site }: GateRow,
  opened: Awaited<ReturnType<typeof openDecisions>>,
): asserts opened is readonly OpenedDecision[] {
  const refused =
    'refused' in opened
      ? opened.refused
      : opened.findIndex(
          ({ record }) => record.gate !== gate || record.site !== site || record.member !== config.member,
        );
  if (refused !== -1)
    throw new AnlianError('invalid_input', {
      field: `/decisions/${refused}`,
      detail: 'not a decision that this gate signed',
    });
}

const continuationOf = async (tx: Tx, { gate }: GateRow, opened: readonly OpenedDecision[]): Promise<Continuation> => {
  // The lock makes two uploads of one gate take turns.
  const [end] = await tx.select().from(gates).where(eq(gates.gate, gate)).for('update');
  const numbers = opened.map(({ record }) => record.seq);
  const stored = await tx
    .select({ seq: gateDecisions.seq, digest: gateDecisions.digest })
    .from(gateDecisions)
    .where(and(eq(gateDecisions.gate, gate), inArray(gateDecisions.seq, numbers)));
  const known = new Map(stored.map(({ seq, digest }) => [seq, digest]));
  return continueChain({ seq: end?.lastSeq ?? 0, digest: end?.lastDigest ?? null }, known, opened);
};

const evidenceOf = ({ jws, record: { gate, seq } }: OpenedDecision): EvidenceInput => ({
  kind: 'gate-decision',
  record: jws,
  gate,
  seq,
});

const keepDecision = async (
  tx: Tx,
  { clock }: UploadDeps,
  { gate, site }: GateRow,
  { jws, digest, record }: OpenedDecision,
  evidence: string,
): Promise<void> => {
  const hold = record.kind === 'release' ? await decisionAt(tx, gate, record.of) : undefined;
  const { reasons, ...facts } = decisionFacts(record, hold?.company ?? null);
  const { seq, decision, at, kind } = record;
  const row: DecisionRow = {
    gate,
    seq,
    decision,
    site,
    at,
    kind,
    ...facts,
    reasons: [...reasons],
    jws,
    digest,
    evidence,
    receivedAt: toInstant(clock()),
  };
  await tx.insert(gateDecisions).values(row);
  for (const alert of await alertsOf(tx, row)) await raise(tx, row, alert);
};

const decisionAt = async (tx: Tx, gate: string, seq: number): Promise<DecisionRow | undefined> => {
  const [row] = await tx
    .select()
    .from(gateDecisions)
    .where(and(eq(gateDecisions.gate, gate), eq(gateDecisions.seq, seq)));
  return row;
};

/** What was taken for good at first sight; a denial of the second picture is what should happen. */
const ACCEPTED = ['allow', 'hold'] as const;

interface Alert {
  readonly kind: GateAlertKind;
  readonly other?: { readonly gate: string; readonly seq: number };
}

/** Two gates that were cut off from each other can both accept one picture of a screen: it is found here. */
const alertsOf = async (tx: Tx, row: DecisionRow): Promise<Alert[]> => {
  const expired: Alert[] = row.reasons.includes('expired_inside') ? [{ kind: 'expired_inside' }] : [];
  if (row.presentation === null || !ACCEPTED.some((outcome) => outcome === row.outcome)) return expired;
  const [other] = await tx
    .select({ gate: gateDecisions.gate, seq: gateDecisions.seq })
    .from(gateDecisions)
    .where(
      and(
        eq(gateDecisions.presentation, row.presentation),
        ne(gateDecisions.gate, row.gate),
        inArray(gateDecisions.outcome, [...ACCEPTED]),
      ),
    )
    .limit(1);
  return other ? [...expired, { kind: 'presentation_reused', other }] : expired;
};

const raise = async (
  tx: Tx,
  { site, gate, seq, pass, at }: Pick<DecisionRow, 'site' | 'gate' | 'seq' | 'pass' | 'at'>,
  { kind, other }: Alert,
): Promise<void> => {
  await tx
    .insert(gateAlerts)
    .values({ kind, site, gate, seq, pass, at, otherGate: other?.gate ?? null, otherSeq: other?.seq ?? null })
    .onConflictDoNothing();
};

const moveEnd = async (
  tx: Tx,
  { clock }: UploadDeps,
  { gate, lastSeq }: GateRow,
  fresh: readonly OpenedDecision[],
): Promise<number> => {
  const last = fresh.at(-1);
  const lastUploadAt = toInstant(clock());
  const end = last ? { lastSeq: last.record.seq, lastDigest: last.digest, lastDecisionAt: last.record.at } : {};
  const [row] = await tx
    .update(gates)
    .set({ lastUploadAt, ...end })
    .where(eq(gates.gate, gate))
    .returning({ lastSeq: gates.lastSeq });
  return row?.lastSeq ?? lastSeq;
};

/** The gate signed two histories: the second is kept, signed as it is, and the gate is marked. */
const keepFork = async (
  tx: Tx,
  { clock, recordEvidence }: UploadDeps,
  { gate, site }: GateRow,
  opened: OpenedDecision,
): Promise<Uploaded> => {
  const { jws, digest, record } = opened;
  const { seq, at } = record;
  const [known] = await tx
    .select()
    .from(forkedDecisions)
    .where(and(eq(forkedDecisions.gate, gate), eq(forkedDecisions.seq, seq), eq(forkedDecisions.digest, digest)));
  if (!known) {
    const evidence = await recordEvidence(tx, evidenceOf(opened));
    await tx.insert(forkedDecisions).values({ gate, seq, digest, jws, evidence, receivedAt: toInstant(clock()) });
    await tx.update(gates).set({ state: 'forked' }).where(eq(gates.gate, gate));
    await raise(tx, { site, gate, seq, pass: null, at }, { kind: 'decision_fork' });
  }
  return { kind: 'fork', seq };
};
