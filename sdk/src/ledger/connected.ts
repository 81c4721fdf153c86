import { type GovernedTransport, lazyTransport } from './lazyTransport.ts';
import { type LedgerOverOptions, ledgerOver } from './ledgerOver.ts';
import type { Ledger } from './port.ts';

/** The port, and what to call when it is no longer used. */
export interface ConnectedLedger extends Ledger {
  close(): void;
}

/** A transport that stands, and how it is ended. */
export interface OpenedTransport {
  readonly transport: GovernedTransport;
  readonly close: () => void;
}

/** The port over a transport that is opened when it is first used. One that cannot be opened is tried again at the next use. */
export const lazyLedger = (open: () => Promise<OpenedTransport>, options: LedgerOverOptions): ConnectedLedger => {
  let opened: Promise<OpenedTransport> | undefined;
  const transport = lazyTransport(async () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return (await opened).transport;
  });
  const close = (): void => {
    void opened?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  };
  return { ...ledgerOver(transport, options), close };
};
