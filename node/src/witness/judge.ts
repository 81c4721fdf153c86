import { equalBytes } from '@anlian/chaincode/crypto';
import { emptyRoot, rootBefore, verifyConsistency } from '@anlian/chaincode/proof';
import { VerificationError } from '@anlian/contracts';

/** A head of a log with the log's signature. */
export interface SignedHead {
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  readonly note: string;
}

/** What a witness knows of a log. */
export interface KnownLog {
  /** The latest head that it cosigned. */
  readonly latest: SignedHead | undefined;
  /** The head of the same size as the submitted one, whoever showed it. */
  readonly sameSize: SignedHead | undefined;
}

/** Two signed heads that no one tree can have. Without a path they are of one size. */
export interface Conviction {
  readonly heads: readonly [earlier: SignedHead, later: SignedHead];
  readonly path: readonly Uint8Array[];
}

/** How the submission is answered, c2sp.org/tlog-witness; apart from that, whether it convicts the log. */
export interface Judgement {
  readonly answer: 'cosign' | 'backward' | 'stale' | 'contradiction' | 'inconsistent';
  readonly conviction: Conviction | undefined;
}

const contradicts = (known: SignedHead | undefined, head: SignedHead): known is SignedHead =>
  known !== undefined && known.size === head.size && !equalBytes(known.root, head.root);

const extendsHead = async (
  latest: SignedHead | undefined,
  head: SignedHead,
  path: readonly Uint8Array[],
): Promise<boolean> => {
  if (latest === undefined || latest.size === 0n)
    return path.length === 0 && (head.size > 0n || equalBytes(head.root, await emptyRoot()));
  try {
    await verifyConsistency({ size1: latest.size, root1: latest.root, size2: head.size, root2: head.root, path });
    return true;
  } catch (error) {
    if (error instanceof VerificationError) return false;
    throw error;
  }
};

/**
 * A proof that does not hold says nothing by itself: anybody can send one. One that leads to the new head's root from another old
 * root shows that the tree behind the new head never had the old one at its beginning.
 */
const convictByPath = async (
  latest: SignedHead | undefined,
  head: SignedHead,
  path: readonly Uint8Array[],
): Promise<Conviction | undefined> => {
  if (latest === undefined) return undefined;
  const shown = await rootBefore({ size1: latest.size, size2: head.size, root2: head.root, path });
  return shown === undefined || equalBytes(shown, latest.root) ? undefined : { heads: [latest, head], path };
};

/** Judges a submitted head, whose signature held, by what the witness knows of the log. */
export const judge = async (
  { latest, sameSize }: KnownLog,
  head: SignedHead,
  { oldSize, path }: { readonly oldSize: bigint; readonly path: readonly Uint8Array[] },
): Promise<Judgement> => {
  const known = [latest, sameSize].find((one) => contradicts(one, head));
  const conviction: Conviction | undefined = known && { heads: [known, head], path: [] };
  if (oldSize > head.size) return { answer: 'backward', conviction };
  if (oldSize !== (latest?.size ?? 0n)) return { answer: 'stale', conviction };
  if (conviction) return { answer: 'contradiction', conviction };
  if (await extendsHead(latest, head, path)) return { answer: 'cosign', conviction };
  return { answer: 'inconsistent', conviction: await convictByPath(latest, head, path) };
};
