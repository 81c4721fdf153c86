import { AnlianError } from '@anlian/contracts';
import type { LedgerDescription } from '@anlian/sdk/ledger';
import type { Logger } from 'pino';
import type { LedgerAccess } from '../ledger/access.ts';
import { pause } from '../pause.ts';

/** A ledger that remembers whether its last exchange succeeded. */
export interface WatchedLedger extends LedgerAccess {
  readonly reachable: () => boolean;
  readonly description: () => LedgerDescription | undefined;
}

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
  return {
    describe: async () => {
      description = await seen(ledger.describe());
      return description;
    },
    submit: (signed, options) => seen(ledger.submit(signed, options)),
    query: (name, args) => seen(ledger.query(name, args)),
    attest: (txId) => seen(ledger.attest(txId)),
    follow: async function* (options) {
      for await (const block of ledger.follow(options)) {
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
