import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '@anlian/sdk/ledger';
import { connectAs } from '../support/embeddedLedger.ts';
import { foundChannel, type Governor } from '../support/governors.ts';
import { requireStarted, startLedger, writeGenesis } from '../support/ledgerProcess.ts';

/** The embedded ledger as a process of its own, on a disk, with its channel founded. */
export interface FoundedLedger {
  /** The first governor's connection, over HTTP. */
  readonly ledger: Ledger;
  readonly dir: string;
  close(): Promise<void>;
}

export const foundLedger = async (governors: readonly [Governor, ...Governor[]]): Promise<FoundedLedger> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-bench-ledger-'));
  const data = join(dir, 'data');
  mkdirSync(data);
  const started = requireStarted(
    await startLedger({
      ANLIAN_LEDGER_DIR: data,
      ANLIAN_LEDGER_PORT: '0',
      ANLIAN_EXIT_WITH_PARENT: '1',
      ANLIAN_LEDGER_GENESIS: writeGenesis(dir, governors),
    }),
  );
  const ledger = connectAs(governors[0], started.ready.url);
  await foundChannel(governors, ledger);
  return {
    ledger,
    dir,
    close: async () => {
      await started.end('SIGTERM');
      rmSync(dir, { recursive: true });
    },
  };
};
