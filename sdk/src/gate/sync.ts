import type { DatabaseSync } from 'node:sqlite';
import { AnlianError, type Digest, instantMs, type KeyDescriptor, type PackHeader } from '@anlian/contracts';
import type { Timekeeper } from './clock.ts';
import { openPackHeader, parsePackRows, requireSignedRows } from './pack/open.ts';
import { transaction } from './store/database.ts';
import type { PackStore } from './store/packStore.ts';

/** A pack as the node gives it: without rows when these are the ones that the gate said it has. */
export interface FetchedPack {
  readonly jws: string;
  readonly rows?: string | undefined;
  /** The node's clock, where it told. */
  readonly serverMs: number | null;
}
/** Asks the node for the newest pack; `have` is the digest of the rows that the gate has. */
export type PackFetcher = (have: Digest | null) => Promise<FetchedPack>;

export interface SyncResult {
  /** `renewed`: the lists are the same and current again. */
  readonly kind: 'renewed' | 'replaced';
  readonly header: PackHeader;
}

interface SyncParts {
  readonly db: DatabaseSync;
  readonly store: PackStore;
  readonly time: Timekeeper;
  readonly member: string;
  readonly site: string;
  readonly packKeys: readonly KeyDescriptor[];
}

/**
 * Takes the node's newest pack. Whatever is wrong with it, the present one stays.
 * @throws {AnlianError} `pack_invalid`, `pack_rollback`, `storage_full`; and what the fetcher throws
 */
export const syncPack = async (parts: SyncParts, fetchPack: PackFetcher): Promise<SyncResult> => {
  const { db, store, time, member, site, packKeys } = parts;
  const present = store.present()?.header ?? null;
  const pack = await fetchPack(present?.rows ?? null);
  const { header, digest } = await openPackHeader(pack.jws, { packKeys, member, site, previous: present });
  requirePresent(header, time.read());
  const kind = header.rows === present?.rows ? 'renewed' : 'replaced';
  if (kind === 'renewed') store.renew(header, digest);
  else await replaceRows(store, header, digest, pack.rows);
  transaction(db, () => {
    time.raiseFloor(instantMs(header.madeAt));
    time.confirm(pack.serverMs);
  });
  return { kind, header };
};

/** More than a gate's clock drifts behind between two syncs that are weeks apart. */
const AHEAD_TOLERANCE_MS = 5 * 60_000;

/**
 * Effective time never goes behind a pack's, so one from a node whose clock is ahead would shut the gate until that time comes. A gate
 * whose own clock is in doubt takes the node's word: it may be the one that is behind.
 */
const requirePresent = ({ madeAt }: PackHeader, { effectiveMs, state }: ReturnType<Timekeeper['read']>): void => {
  if (state !== 'trusted' || instantMs(madeAt) <= effectiveMs + AHEAD_TOLERANCE_MS) return;
  throw new AnlianError('pack_invalid', {
    field: 'madeAt',
    detail: 'the node’s clock is ahead of this gate’s: set the wrong one right, then sync again',
  });
};

const replaceRows = async (store: PackStore, header: PackHeader, digest: Digest, rows: string | undefined) => {
  if (rows === undefined) throw new AnlianError('pack_invalid', { detail: 'the rows are missing' });
  await requireSignedRows(rows, header);
  await store.replace(header, digest, parsePackRows(rows, header));
};
