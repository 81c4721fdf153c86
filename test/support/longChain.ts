import { rmSync } from 'node:fs';
import type { EmbeddedLedger } from '@anlian/consortium/ledger';
import { type CommandArgs, formatId, toBase64Url, toInstant } from '@anlian/contracts';
import type { Ledger } from '@anlian/sdk/ledger';
import { connectAs, genesisWith, inProcess, openIn, random, temporaryDirectory } from './embeddedLedger.ts';
import { foundChannel, foundingGovernors, type Governor, signedBy } from './governors.ts';

/** A real channel of so many blocks with one command each: endorsed, signed, validated and sealed one by one. */
export interface LongChain {
  readonly served: EmbeddedLedger;
  readonly governors: readonly Governor[];
  /** The first governor's connection, in this process. */
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/** Submissions under way while the chain grows: their signatures are made on every core. */
const LANES = 16;

/** A paper of a worker who is known to the ledger by a commitment only. */
export const newPaper = (): CommandArgs<'credential:register'> => ({
  credential: formatId('crd', random(16)),
  subject: { kind: 'worker', commitment: toBase64Url(random(32)) },
  type: 'special_work_welding',
  authority: 'emergency_management',
  commitment: toBase64Url(random(32)),
  attestation: { method: 'register', checkedAt: toInstant(Date.now()) },
  validFrom: '2026-01-01',
  validTo: '2031-12-31',
});

/** Makes a chain in memory: nothing is left out but the wait for a disk. */
export const makeLongChain = async (blocks: number): Promise<LongChain> => {
  const governors = await foundingGovernors();
  const [first] = governors;
  if (first === undefined) throw new Error('a channel has governors');
  const dir = temporaryDirectory();
  const served = await openIn(dir, await genesisWith(governors), { batch: { maxTransactions: 1 } });
  const ledger = connectAs(first, 'http://ledger', { fetch: inProcess(() => served) });
  await foundChannel(governors, ledger);
  let left = blocks - served.describe().height;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await ledger.submit(signedBy(first, 'credential:register', newPaper()));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return {
    served,
    governors,
    ledger,
    close: async () => {
      await served.close();
      rmSync(dir, { recursive: true });
    },
  };
};
