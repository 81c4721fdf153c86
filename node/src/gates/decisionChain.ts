import { DECISION_TYPE, DecisionRecord, type PublicJwk } from '@anlian/contracts';
import { compactVerify, importJWK } from 'jose';
import { textDigest } from './textDigest.ts';

/** A decision whose signature held. */
export interface OpenedDecision {
  readonly jws: string;
  /** What the next decision names as `previous`. */
  readonly digest: string;
  readonly record: DecisionRecord;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Opens decisions that a gate signed, in the order in which they came.
 * @returns the index of the first that is not one, or all of them
 */
export const openDecisions = async (
  jwk: PublicJwk,
  kid: string,
  uploaded: readonly string[],
): Promise<readonly OpenedDecision[] | { readonly refused: number }> => {
  const key = await importJWK({ ...jwk }, 'ES256');
  const opened: OpenedDecision[] = [];
  for (const [at, jws] of uploaded.entries()) {
    try {
      const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ['ES256'] });
      if (protectedHeader.typ !== DECISION_TYPE || protectedHeader.kid !== kid) return { refused: at };
      opened.push({ jws, digest: textDigest(jws), record: DecisionRecord.parse(JSON.parse(decoder.decode(payload))) });
    } catch {
      return { refused: at };
    }
  }
  return opened;
};

/** The end of the chain that the node holds of a gate. */
export interface ChainEnd {
  readonly seq: number;
  readonly digest: string | null;
}

export type Continuation =
  | { readonly kind: 'continues'; readonly fresh: readonly OpenedDecision[] }
  | { readonly kind: 'gap'; readonly expected: number }
  | { readonly kind: 'fork'; readonly decision: OpenedDecision };

/**
 * How uploaded decisions continue a gate's chain: what is known already is passed over, the rest must be numbered without a gap
 * and each name the one before. A number with other content, or another past, is a fork: the gate signed two histories.
 * @param known digests of stored decisions, by number
 */
export const continueChain = (
  end: ChainEnd,
  known: ReadonlyMap<number, string>,
  uploaded: readonly OpenedDecision[],
): Continuation => {
  const fresh: OpenedDecision[] = [];
  let last = end;
  for (const decision of uploaded) {
    const { seq, previous } = decision.record;
    if (seq <= last.seq) {
      const stored = known.get(seq) ?? fresh.find(({ record }) => record.seq === seq)?.digest;
      if (stored !== decision.digest) return { kind: 'fork', decision };
      continue;
    }
    if (seq > last.seq + 1) return { kind: 'gap', expected: last.seq + 1 };
    if (previous !== last.digest) return { kind: 'fork', decision };
    fresh.push(decision);
    last = { seq, digest: decision.digest };
  }
  return { kind: 'continues', fresh };
};
