import {
  type Decision,
  type DecisionInputs,
  instantMs,
  type PackRow,
  type PersonCard,
  type WorkClass,
} from '@anlian/contracts';
import type { Timekeeper } from './clock.ts';
import { decide, defaultWorkClass, type Explanation, explain } from './decide/index.ts';
import type { Lists } from './lists.ts';
import { type ReadCode, type Reading, readCompanyCode, readShown } from './read.ts';
import type { SignRecord } from './records.ts';
import type { Entry, Journal } from './store/journal.ts';
import type { PackStore } from './store/packStore.ts';
import type { SeenPresentations } from './store/seen.ts';

/** Somebody stands at the gate. */
export interface PassageRequest {
  /** QR text of the pass, with or without the holder's proof. */
  readonly text: string;
  readonly direction: 'in' | 'out';
  /** When absent: the worker's only authorised class, else the most demanding of them. */
  readonly workClass?: WorkClass | undefined;
  /** QR text of the company's credit code, where one is shown too. */
  readonly code?: string | undefined;
}

/** What the guard is told, and the signed record of it, which is durable by now. */
export interface Passage {
  readonly seq: number;
  /** Compact JWS. */
  readonly record: string;
  readonly decision: Decision;
  readonly explanation: Explanation;
  readonly workClass: WorkClass;
  /** For the guard's eyes; it goes into no record. */
  readonly person: PersonCard | null;
  readonly company: string | null;
}

export interface PassageParts {
  readonly journal: Journal;
  readonly store: PackStore;
  readonly seen: SeenPresentations;
  readonly time: Timekeeper;
  readonly sign: SignRecord;
  readonly lists: () => Lists;
}

type Found = {
  readonly worker: Extract<PackRow, { t: 'e-worker' }> | null;
  readonly company: Extract<PackRow, { t: 'd-company' }> | null;
};

const lookUp = (store: PackStore, { presentation }: Reading, code: ReadCode | null): Found => {
  const employer = presentation.form === 'refused' ? code?.company : presentation.employer;
  return {
    worker: presentation.form === 'refused' ? null : store.row('e-worker', presentation.pass),
    company: employer === undefined ? null : store.row('d-company', employer),
  };
};

const isSeen = (seen: SeenPresentations, shown: DecisionInputs['presentation']): DecisionInputs['presentation'] =>
  shown.form === 'pass' ? { ...shown, seenBefore: seen.has(shown.pass, instantMs(shown.presentedAt)) } : shown;

const codeFacts = (store: PackStore, code: ReadCode | null): DecisionInputs['code'] =>
  code && {
    company: code.company,
    expiresAt: code.expiresAt,
    revoked: store.row('c-revoked-code', code.id) !== null,
  };

/**
 * Reads what was shown, gathers what is known, decides, and stores the signed decision before it is told.
 * @throws {AnlianError} `code_invalid` for a company's code that does not verify, `storage_full`; then nothing was decided
 */
export const decidePassage = async (parts: PassageParts, request: PassageRequest): Promise<Passage> => {
  const { journal, store, seen, time, sign, lists } = parts;
  const reading = await readShown(request.text, lists());
  const code = request.code === undefined ? reading.code : await readCompanyCode(request.code, lists().codeKeys);

  return journal.append((place) => {
    const { effectiveMs, ...clock } = time.read();
    const { worker, company } = lookUp(store, reading, code);
    const inputs: DecisionInputs = {
      direction: request.direction,
      workClass: request.workClass ?? defaultWorkClass(worker?.facts.workClasses ?? []),
      presentation: isSeen(seen, reading.presentation),
      code: codeFacts(store, code),
      worker: worker?.facts ?? null,
      company: company?.facts ?? null,
      ...lists().inputs,
      clock,
    };
    const decision = decide(inputs);
    const { jws, digest } = sign(place, clock.effective, {
      kind: 'presentation',
      presented: reading.presented,
      inputs,
      result: decision,
    });
    const shown = inputs.presentation;
    if (shown.form === 'pass') seen.remember(shown.pass, instantMs(shown.presentedAt));
    time.raiseFloor(effectiveMs);

    const entry: Entry = {
      jws,
      digest,
      kind: 'presentation',
      atMs: effectiveMs,
      direction: request.direction,
      pass: shown.form === 'refused' ? null : shown.pass,
      hold: decision.hold && {
        owner: decision.hold.owner,
        untilMs: effectiveMs + decision.hold.timeoutSeconds * 1000,
      },
      answers: null,
    };
    const result: Passage = {
      seq: place.seq,
      record: jws,
      decision,
      explanation: explain(decision),
      workClass: inputs.workClass,
      person: worker?.person ?? null,
      company: company?.name ?? null,
    };
    return { entry, result };
  });
};
