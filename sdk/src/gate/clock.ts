import { type GateClock, toInstant } from '@anlian/contracts';
import type { Meta } from './store/meta.ts';

/** What a gate can read of time. */
export interface ClockSources {
  /** Wall clock, milliseconds since the epoch. */
  readonly clock: () => number;
  /** Milliseconds since the machine started; it only ever goes on. Without it the floor stands still between decisions. */
  readonly monotonic?: (() => number) | undefined;
  /** Names the present start of the machine (Linux: boot_id). Without it a restart cannot be told. */
  readonly bootId?: string | undefined;
}

/** The gate's judgement of its own clock; what it learns is stored with the decision or sync that taught it. */
export interface Timekeeper {
  read(): GateClock & { readonly effectiveMs: number };
  /** Effective time never goes behind `ms` again. */
  raiseFloor(ms: number): void;
  /** A sync: `serverMs` is the node's clock where it is known. */
  confirm(serverMs: number | null): void;
}

/** How far wall and monotonic clock may drift apart, or a time service step, before it is called a roll-back. */
const ROLL_BACK_TOLERANCE_MS = 2_000;
/** A gate this far from its node's clock cannot judge a presentation that lives 60 s. */
const CONFIRM_TOLERANCE_MS = 30_000;
const NO_BOOT = 'unknown';

/** Effective time at its last rise, and what the monotonic clock of that start of the machine said then. */
interface Floor {
  readonly ms: number;
  readonly monotonicMs: number | null;
  readonly boot: string;
}
const NO_FLOOR: Floor = { ms: 0, monotonicMs: null, boot: NO_BOOT };

export const timekeeper = (meta: Meta, { clock, monotonic, bootId = NO_BOOT }: ClockSources): Timekeeper => {
  const readFloor = (): Floor => {
    const text = meta.text('floor');
    return text === null ? NO_FLOOR : JSON.parse(text);
  };

  /** Time goes on from the floor by the monotonic clock, as long as the machine was not restarted. */
  const floorNow = (): number => {
    const { ms, monotonicMs, boot } = readFloor();
    const isSameBoot = monotonic !== undefined && monotonicMs !== null && boot === bootId;
    return isSameBoot ? ms + Math.max(0, monotonic() - monotonicMs) : ms;
  };

  const read = () => {
    const rawMs = clock();
    const floorMs = floorNow();
    const effectiveMs = Math.floor(Math.max(rawMs, floorMs));
    const isRolledBack = rawMs < floorMs - ROLL_BACK_TOLERANCE_MS;
    const state = isRolledBack ? 'rolled_back' : meta.text('confirmedBoot') === bootId ? 'trusted' : 'unconfirmed';
    return { effectiveMs, effective: toInstant(effectiveMs), raw: toInstant(rawMs), state } as const;
  };

  return {
    read,
    raiseFloor: (ms) => {
      const floor: Floor = {
        ms: Math.floor(Math.max(ms, floorNow())),
        monotonicMs: monotonic?.() ?? null,
        boot: bootId,
      };
      meta.set('floor', JSON.stringify(floor));
    },
    confirm: (serverMs) => {
      const isOff = serverMs !== null && Math.abs(serverMs - clock()) > CONFIRM_TOLERANCE_MS;
      meta.set('confirmedBoot', isOff ? null : bootId);
      meta.set('lastSyncMs', read().effectiveMs);
    },
  };
};
