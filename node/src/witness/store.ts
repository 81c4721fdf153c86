import { equalBytes } from '@anlian/chaincode/crypto';
import { formatNote, type NoteSignature, parseNote } from '@anlian/chaincode/proof';
import {
  canonicalText,
  checkpointOrigin,
  fromBase64Url,
  type SplitViewFile,
  toBase64Url,
  toInstant,
} from '@anlian/contracts';
import { and, count, eq, ne } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { channel, members } from '../network/tables.ts';
import type { Conviction, KnownLog, SignedHead } from './judge.ts';
import { splitViews, witnessHeads, witnessLogs } from './tables.ts';

type Reader = Db | Tx;

/** Active governors besides one member, in order of their names. */
export const otherGovernors = async (db: Reader, member: string): Promise<string[]> => {
  const rows = await db
    .select({ member: members.member })
    .from(members)
    .where(and(eq(members.kind, 'governor'), eq(members.state, 'active'), ne(members.member, member)))
    .orderBy(members.member);
  return rows.map((row) => row.member);
};

/** Cosignatures that the genesis policy asks for; 0 before the channel is founded. */
export const askedWitnesses = async (db: Reader): Promise<number> => {
  const [row] = await db.select({ policy: channel.policy }).from(channel);
  return row?.policy.witnesses ?? 0;
};

/** The checkpoint under the signature of its log alone: what others added to it is no part of what the log said. */
export const signedBy = (note: string, name: string, keyId?: Uint8Array): string => {
  const { text, signatures } = parseNote(note);
  const isOwn = (line: NoteSignature) => line.name === name && (keyId === undefined || equalBytes(line.keyId, keyId));
  return formatNote({ text, signatures: signatures.filter(isOwn) });
};

const toHead = ({ size, root, note }: { size: number; root: string; note: string }): SignedHead => ({
  size: BigInt(size),
  root: fromBase64Url(root),
  note,
});

const headOf = async (tx: Tx, origin: string, size: number): Promise<SignedHead | undefined> => {
  const [row] = await tx
    .select()
    .from(witnessHeads)
    .where(and(eq(witnessHeads.origin, origin), eq(witnessHeads.size, size)));
  return row && toHead(row);
};

/** Size of a log of which nothing was cosigned. */
const NOTHING = -1;

/**
 * What is known of a log, held for this transaction: of two submissions at once the second is judged by what the first has left, or
 * both would be cosigned onto one old head.
 */
export const lockLog = async (tx: Tx, origin: string, size: bigint): Promise<KnownLog> => {
  await tx.insert(witnessLogs).values({ origin, size: NOTHING, root: '' }).onConflictDoNothing();
  const [row] = await tx.select().from(witnessLogs).where(eq(witnessLogs.origin, origin)).for('update');
  const latest = row === undefined || row.size === NOTHING ? undefined : await headOf(tx, origin, row.size);
  return { latest, sameSize: await headOf(tx, origin, Number(size)) };
};

/** Keeps a head that was cosigned; it is the latest from now on. */
export const keepCosigned = async (
  tx: Tx,
  origin: string,
  { size, root, note }: SignedHead,
  { cosignature, seenAt }: { readonly cosignature: string; readonly seenAt: string },
): Promise<void> => {
  const head = { origin, size: Number(size), root: toBase64Url(root) };
  await tx.update(witnessLogs).set(head).where(eq(witnessLogs.origin, origin));
  await tx
    .insert(witnessHeads)
    .values({ ...head, note, cosignature, seenAt })
    .onConflictDoUpdate({ target: [witnessHeads.origin, witnessHeads.size], set: { cosignature, seenAt } });
};

/** Keeps a head that the ledger anchored, unless one of its size is known. */
export const keepAnchored = async (
  tx: Tx,
  origin: string,
  { size, root, note }: SignedHead,
  seenAt: string,
): Promise<void> => {
  await tx
    .insert(witnessHeads)
    .values({ origin, size: Number(size), root: toBase64Url(root), note, cosignature: null, seenAt })
    .onConflictDoNothing();
};

type KeepDeps = Pick<NodeDeps, 'config' | 'clock' | 'recordEvidence' | 'log'>;

/** Keeps the two signed heads, and a record of this node's own that it found them. Repeats add nothing. */
export const keepSplitView = async (
  tx: Tx,
  { config, clock, recordEvidence, log }: KeepDeps,
  {
    member,
    conviction,
    shownBy,
  }: {
    readonly member: string;
    readonly conviction: Conviction;
    readonly shownBy: 'submission' | 'ledger';
  },
): Promise<void> => {
  const origin = checkpointOrigin(config.channel, member);
  const [earlier, later] = conviction.heads;
  const size = Number(later.size);
  const [known] = await tx
    .select({ seq: splitViews.seq })
    .from(splitViews)
    .where(and(eq(splitViews.origin, origin), eq(splitViews.size, size)));
  if (known) return;
  const file: SplitViewFile = {
    v: 1,
    kind: 'split-view',
    channel: config.channel,
    chaincode: config.chaincode,
    member,
    heads: [earlier.note, later.note],
    path: conviction.path.map(toBase64Url),
  };
  const foundAt = toInstant(clock());
  const record = canonicalText({ ...file, shownBy, foundAt });
  const evidence = await recordEvidence(tx, { kind: 'split-view-found', record });
  await tx.insert(splitViews).values({ origin, member, size, file, shownBy, evidence, foundAt });
  log.error({ member, size, shownBy, evidence }, 'a log has shown two heads that contradict each other');
};

export const countSplitViews = async (db: Reader): Promise<number> => {
  const [row] = await db.select({ found: count() }).from(splitViews);
  return row?.found ?? 0;
};
