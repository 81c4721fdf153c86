import { AnlianError } from '@anlian/contracts';
import type { Ledger, LedgerDescription } from '@anlian/sdk/ledger';
import type { Logger } from 'pino';
import type { LedgerAccess } from '../ledger/access.ts';
import { pause } from '../pause.ts';

/** A ledger that remembers whether its last exchange succeeded. */
export interface WatchedLedger extends LedgerAccess {
  readonly reachable: () => boolean;
  readonly description: () => LedgerDescription | undefined;
}

const ASK_AGAIN_MS = 500;

/** Watches the exchanges of a ledger, so that health pages need no exchange of their own. */
export const watchLedger = (ledger: LedgerAccess): WatchedLedger => {
  let reachable = false;
  let description: LedgerDescription | undefined;
  const seen = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const value = await work;
      reachable = true;
      return value;
    } catch (error) {
      // A refusal is an answer: only an absent ledger is unreachable.
      reachable = !(error instanceof AnlianError && error.code === 'ledger_unavailable');
      throw error;
    }
  };
  const describe = async (): Promise<LedgerDescription> => {
    description = await seen(ledger.describe());
    return description;
  };
  let asking = false;
  /** A line that broke brings no blocks, and a quiet node exchanges nothing else: it asks until somebody answers. */
  const askUntilThere = async (signal: AbortSignal): Promise<void> => {
    reachable = false;
    if (asking) return;
    asking = true;
    while (!reachable && !signal.aborted) {
      await describe().catch(() => undefined);
      if (!reachable) await pause(ASK_AGAIN_MS, signal);
    }
    asking = false;
  };
  const { submitAll } = ledger;
  const seenAll: Ledger['submitAll'] = async (signed, options) => {
    const outcomes = (await submitAll?.(signed, options)) ?? [];
    reachable = !outcomes.some((outcome) => outcome instanceof AnlianError && outcome.code === 'ledger_unavailable');
    return outcomes;
  };
  return {
    describe,
    submit: (signed, options) => seen(ledger.submit(signed, options)),
    ...(submitAll && { submitAll: seenAll }),
    query: (name, args) => seen(ledger.query(name, args)),
    attest: (txId) => seen(ledger.attest(txId)),
    view: (question) => seen(ledger.view(question)),
    follow: async function* (options) {
      const onLost = () => void askUntilThere(options.signal);
      for await (const block of ledger.follow({ ...options, onLost })) {
        reachable = true;
        yield block;
      }
    },
    reachable: () => reachable,
    description: () => description,
  };
};

/** Asks the ledger who it is until it answers or the signal aborts. */
export const awaitDescription = async (
  ledger: LedgerAccess,
  { log, signal, retryMs = 250 }: { log: Logger; signal: AbortSignal; retryMs?: number },
): Promise<LedgerDescription | undefined> => {
  for (let told = false; !signal.aborted; ) {
    try {
      return await ledger.describe();
    } catch (error) {
      const code = error instanceof AnlianError ? error.code : 'internal_error';
      if (!told) log.warn({ code }, 'waiting for the ledger');
      told = true;
      await pause(retryMs, signal);
    }
  }
  return undefined;
};
