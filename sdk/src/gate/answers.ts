import { AnlianError, type ReleaseReason } from '@anlian/contracts';
import * as z from 'zod';
import type { Timekeeper } from './clock.ts';
import type { Holds } from './holds.ts';
import { checkBody, type GateIdentity, type RecordBody, type SignRecord } from './records.ts';
import type { Journal } from './store/journal.ts';

/** A supervisor's answer to a hold. */
export interface ReleaseAnswer {
  readonly answer: 'released' | 'refused';
  readonly reason: ReleaseReason;
  /** Case pseudonym (`cas_`); who it is stays with the node. */
  readonly supervisor: string;
}

export interface EmergencyRequest {
  readonly direction: 'in' | 'out';
  readonly persons: number;
}

export interface Recorded {
  readonly seq: number;
  /** Compact JWS. */
  readonly record: string;
}

/** Nobody is kept in for want of a disk: the passage stands although it could not be logged, and says so. */
export interface EmergencyPassage {
  readonly outcome: 'allow';
  readonly logged: Recorded | null;
  readonly fault: AnlianError | null;
}

export interface AnswerParts {
  readonly identity: GateIdentity;
  readonly journal: Journal;
  readonly holds: Holds;
  readonly time: Timekeeper;
  readonly sign: SignRecord;
}

type AnswerBody = Exclude<RecordBody, { kind: 'presentation' }>;

const record = (parts: AnswerParts, answers: number | null, body: (nowMs: number) => AnswerBody): Promise<Recorded> =>
  parts.journal.append((place) => {
    const { effective, effectiveMs } = parts.time.read();
    const made = body(effectiveMs);
    checkBody(parts.identity, made);
    const { jws, digest } = parts.sign(place, effective, made);
    parts.time.raiseFloor(effectiveMs);
    const { kind, direction } = made;
    const pass = made.kind === 'release' ? made.pass : null;
    return {
      entry: { jws, digest, kind, atMs: effectiveMs, direction, pass, hold: null, answers },
      result: { seq: place.seq, record: jws },
    };
  });

/**
 * Stores a supervisor's answer to the hold with a number.
 * @throws {AnlianError} `not_found`, `invalid_transition`, `invalid_input`, `storage_full`
 */
export const releaseHold = async (parts: AnswerParts, seq: number, answer: ReleaseAnswer): Promise<Recorded> => {
  if (!z.int().min(1).safeParse(seq).success) throw new AnlianError('not_found', { field: 'seq' });
  return record(parts, seq, (nowMs) => {
    const { direction, pass } = parts.holds.answerable(seq, nowMs);
    const { reason, supervisor } = answer;
    return { kind: 'release', of: seq, answer: answer.answer, reason, supervisor, direction, pass } as AnswerBody;
  });
};

/** Lets persons pass in an emergency. Rejects with `invalid_input` only; a fault of the gate itself is told, not thrown. */
export const emergencyPassage = async (parts: AnswerParts, request: EmergencyRequest): Promise<EmergencyPassage> => {
  const { direction, persons } = request;
  try {
    const logged = await record(parts, null, () => ({ kind: 'emergency', direction, persons }));
    return { outcome: 'allow', logged, fault: null };
  } catch (error) {
    if (error instanceof AnlianError && error.code === 'invalid_input') throw error;
    const fault = error instanceof AnlianError ? error : new AnlianError('internal_error', { cause: error });
    return { outcome: 'allow', logged: null, fault };
  }
};
