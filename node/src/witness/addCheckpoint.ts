import { cosignNote, noteVerifier, openCheckpoint } from '@anlian/chaincode/proof';
import { AnlianError, checkpointOrigin, fromBase64Url, toInstant, VerificationError } from '@anlian/contracts';
import type { NodeDeps } from '../deps.ts';
import { findMember, liveKeys } from '../network/store.ts';
import { type Judgement, judge, type SignedHead } from './judge.ts';
import { keepCosigned, keepSplitView, lockLog, signedBy } from './store.ts';
import { readSubmission, type Submission } from './submission.ts';

export type WitnessDeps = Pick<NodeDeps, 'config' | 'db' | 'clock' | 'keys' | 'recordEvidence' | 'log'>;

/** What `add-checkpoint` answers: signature lines, the size to start from, or a refusal. */
export type Answer =
  | { readonly kind: 'cosigned'; readonly lines: string }
  | { readonly kind: 'stale'; readonly size: bigint }
  | { readonly kind: 'refused'; readonly error: AnlianError };

/** The member whose log this is. A member does not witness its own. @throws {AnlianError} `not_found` */
const logOwner = async ({ db, config }: WitnessDeps, origin: string): Promise<string> => {
  const prefix = checkpointOrigin(config.channel, '');
  const member = origin.startsWith(prefix) ? origin.slice(prefix.length) : '';
  if (member === config.member || !(await findMember(db, member))) throw new AnlianError('not_found');
  return member;
};

/** @throws {AnlianError} `log_key_unknown` unless a live key of the log signed it */
const openSigned = async (
  { db, clock }: WitnessDeps,
  member: string,
  { note, origin }: Submission,
): Promise<SignedHead> => {
  for (const { jwk } of await liveKeys(db, member, 'log', clock())) {
    try {
      const verifier = await noteVerifier(origin, fromBase64Url(jwk.x));
      const { size, root } = await openCheckpoint(note, verifier);
      return { size, root, note: signedBy(note, origin, verifier.keyId) };
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
    }
  }
  throw new AnlianError('log_key_unknown');
};

/** This node's line over a head, in the name of its own log (c2sp.org/tlog-cosignature). */
const cosign = async ({ keys, config, clock }: WitnessDeps, { note }: SignedHead): Promise<string> => {
  const { descriptor, sign } = keys.key('log');
  const name = checkpointOrigin(config.channel, config.member);
  const verifier = await noteVerifier(name, fromBase64Url(descriptor.jwk.x), 'cosignature/v1');
  const cosigned = await cosignNote(note, { verifier, sign }, Math.floor(clock() / 1000));
  return cosigned.slice(note.length);
};

const REFUSALS = {
  backward: ['invalid_input', 'the old size is larger than the checkpoint’s'],
  contradiction: ['split_view', 'a head of this size with another root is known'],
  inconsistent: ['anchor_inconsistent', 'the proof does not lead from the latest cosigned head to this one'],
} as const satisfies Record<Exclude<Judgement['answer'], 'cosign' | 'stale'>, readonly [AnlianError['code'], string]>;

/**
 * Cosigns a checkpoint that extends everything of its log that this witness cosigned before; head and cosignature are stored before
 * the answer is given. Two heads that contradict each other are kept, whatever the answer.
 * @throws {AnlianError} `invalid_input`, `not_found`, `log_key_unknown`
 */
export const addCheckpoint = async (deps: WitnessDeps, body: Uint8Array): Promise<Answer> => {
  const submission = readSubmission(body);
  const member = await logOwner(deps, submission.origin);
  const head = await openSigned(deps, member, submission);
  if (head.size > BigInt(Number.MAX_SAFE_INTEGER)) throw new AnlianError('invalid_input', { field: '/checkpoint' });
  return deps.db.transaction(async (tx): Promise<Answer> => {
    const known = await lockLog(tx, submission.origin, head.size);
    const { answer, conviction } = await judge(known, head, submission);
    if (conviction) await keepSplitView(tx, deps, { member, conviction, shownBy: 'submission' });
    if (answer === 'stale') return { kind: 'stale', size: known.latest?.size ?? 0n };
    if (answer !== 'cosign') {
      const [code, detail] = REFUSALS[answer];
      return { kind: 'refused', error: new AnlianError(code, { detail }) };
    }
    const lines = await cosign(deps, head);
    await keepCosigned(tx, submission.origin, head, { cosignature: lines, seenAt: toInstant(deps.clock()) });
    return { kind: 'cosigned', lines };
  });
};
