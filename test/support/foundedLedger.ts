import { rmSync } from 'node:fs';
import type { EmbeddedLedger } from '@anlian/consortium/ledger';
import type { SignedCommand } from '@anlian/contracts';
import { connectAs, genesisWith, inProcess, openIn, temporaryDirectory } from './embeddedLedger.ts';
import { foundChannel, foundingGovernors, type Governor, signedBy } from './governors.ts';

export interface FoundedLedger {
  readonly ledger: EmbeddedLedger;
  readonly hengyuan: Governor;
  readonly qichuan: Governor;
  /** 恒远 registers a site that it has not registered before. */
  registration(): SignedCommand;
  close(): Promise<void>;
}

/** An embedded ledger on which three governors have founded a channel. */
export const openFoundedLedger = async (): Promise<FoundedLedger> => {
  const dir = temporaryDirectory();
  const governors = await foundingGovernors();
  const [hengyuan, qichuan] = governors as [Governor, Governor];
  const ledger = await openIn(dir, await genesisWith(governors));
  await foundChannel(governors, connectAs(hengyuan, 'http://ledger', { fetch: inProcess(() => ledger) }));
  let sites = 0;
  return {
    ledger,
    hengyuan,
    qichuan,
    registration: () => {
      sites += 1;
      return signedBy(hengyuan, 'site:register', { site: `site-${sites}` });
    },
    close: async () => {
      await ledger.close();
      rmSync(dir, { recursive: true });
    },
  };
};

/** The bytes with one bit changed: the last byte's, or that of the byte at a place. */
export const flipped = (bytes: Uint8Array, at = bytes.length - 1): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
