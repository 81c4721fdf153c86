import { AnlianError, type GateClock, type KeyDescriptor, type PackHeader, type PersonCard } from '@anlian/contracts';
import {
  type AnswerParts,
  type EmergencyPassage,
  type EmergencyRequest,
  emergencyPassage,
  type Recorded,
  type ReleaseAnswer,
  releaseHold,
} from './answers.ts';
import { type ClockSources, timekeeper } from './clock.ts';
import { openHolds, type PendingHold } from './holds.ts';
import { GATE_KEY, type LocalKey, localKey, SIGN_IN_KEY } from './keys.ts';
import { readLists, trustedPackKeys } from './lists.ts';
import { decidePassage, type Passage, type PassageRequest } from './passage.ts';
import { recordSigner } from './records.ts';
import { openDatabase } from './store/database.ts';
import { openJournal } from './store/journal.ts';
import { metaStore } from './store/meta.ts';
import { openPackStore } from './store/packStore.ts';
import { openSeen } from './store/seen.ts';
import { type PackFetcher, type SyncResult, syncPack } from './sync.ts';
import { type Uploader, uploadDecisions } from './upload.ts';

type GateId = NonNullable<KeyDescriptor['gate']>;

export interface GateOptions extends ClockSources {
  /** The gate's own directory: its keys, its lists, its decisions. One process at a time. */
  readonly dir: string;
  readonly gate: GateId;
  readonly member: string;
  readonly site: string;
  /** The member's pack keys, pinned when the gate is set up; later ones come with the packs. */
  readonly packKeys: readonly KeyDescriptor[];
  readonly random: (bytes: number) => Uint8Array;
}

export interface GateStatus {
  readonly clock: GateClock;
  readonly pack: PackHeader | null;
  /** Milliseconds since the lists were made. */
  readonly packAgeMs: number | null;
  readonly lastSeq: number;
  /** Decisions that the node has not acknowledged. */
  readonly waiting: number;
  readonly holds: number;
}

/** A gate: it trusts its own member, decides with or without a network, and forgets nothing that it told. */
export interface Gate {
  /** The key that signs decisions, as the ledger registers it. */
  readonly key: KeyDescriptor;
  /** The key with which the gate signs in at its node; it signs nothing else. */
  readonly signIn: LocalKey;
  /** One at a time: a call during another joins it. Errors: see `syncPack`. */
  sync(fetchPack: PackFetcher): Promise<SyncResult>;
  /** Errors: see `decidePassage`. */
  decide(request: PassageRequest): Promise<Passage>;
  /** Errors: see `releaseHold`. */
  release(seq: number, answer: ReleaseAnswer): Promise<Recorded>;
  emergency(request: EmergencyRequest): Promise<EmergencyPassage>;
  /** Holds that nobody answered, with the person for the guard's eyes. */
  pending(): (PendingHold & { readonly person: PersonCard | null })[];
  /** One at a time, as `sync`. Errors: see `uploadDecisions`. */
  upload(send: Uploader): Promise<number>;
  status(): GateStatus;
  close(): void;
}

/** While one call runs, the others get its result. */
const oneAtATime = <A extends unknown[], T>(work: (...parameters: A) => Promise<T>) => {
  let running: Promise<T> | undefined;
  return (...parameters: A): Promise<T> => {
    running ??= work(...parameters).finally(() => {
      running = undefined;
    });
    return running;
  };
};

/**
 * Opens a gate's directory, and makes it at first use.
 * @throws {AnlianError} `data_dir_locked` while another gate holds it, `storage_full`, `configuration_invalid`
 */
export const openGate = async (options: GateOptions): Promise<Gate> => {
  const { dir, gate, member, site, packKeys, random } = options;
  const db = openDatabase(dir);
  try {
    const key = await localKey(dir, GATE_KEY);
    const signIn = await localKey(dir, SIGN_IN_KEY);
    const identity = { gate, member, site };
    const meta = metaStore(db);
    const time = timekeeper(meta, options);
    const store = openPackStore(db);
    if (store.present() && (store.present()?.header.member !== member || store.present()?.header.site !== site))
      throw new AnlianError('configuration_invalid', { field: 'site', detail: 'the directory is another gate’s' });
    const journal = openJournal(db);
    const holds = openHolds(db);
    const sign = recordSigner(identity, key, random);
    let lists = await readLists(store);

    const seen = openSeen(db);
    const passages = { journal, store, seen, time, sign, lists: () => lists };
    const answers: AnswerParts = { identity, journal, holds, time, sign };
    const cardOf = (pass: string | null): PersonCard | null =>
      pass === null ? null : (store.row('e-worker', pass)?.person ?? null);

    return {
      key: { kid: key.kid, use: 'gate', jwk: key.jwk, gate },
      signIn,
      sync: oneAtATime(async (fetchPack) => {
        const trusted = trustedPackKeys(packKeys, lists, time.read().effectiveMs);
        const result = await syncPack({ db, store, time, member, site, packKeys: trusted }, fetchPack);
        lists = await readLists(store);
        seen.forgetOld(time.read().effectiveMs);
        return result;
      }),
      decide: (request) => decidePassage(passages, request),
      release: (seq, answer) => releaseHold(answers, seq, answer),
      emergency: (request) => emergencyPassage(answers, request),
      pending: () => holds.pending(time.read().effectiveMs).map((hold) => ({ ...hold, person: cardOf(hold.pass) })),
      upload: oneAtATime((send) => uploadDecisions(db, meta, send)),
      status: () => {
        const { effectiveMs, ...clock } = time.read();
        const pack = store.present()?.header ?? null;
        return {
          clock,
          pack,
          packAgeMs: pack && effectiveMs - Date.parse(pack.madeAt),
          lastSeq: journal.lastSeq(),
          waiting: journal.lastSeq() - (meta.number('acknowledged') ?? 0),
          holds: holds.pending(effectiveMs).filter(({ state }) => state === 'waiting').length,
        };
      },
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
};
