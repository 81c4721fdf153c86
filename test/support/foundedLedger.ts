import { rmSync } from 'node:fs';
import type { EmbeddedLedger } from '@anlian/consortium/ledger';
import type { SignedCommand } from '@anlian/contracts';
import type { ProposalResponse } from '@anlian/sdk/ledger';
import { afterAll, beforeAll } from 'vitest';
import { connectAs, genesisWith, inProcess, openIn, temporaryDirectory } from './embeddedLedger.ts';
import { foundChannel, foundingGovernors, type Governor, signedBy } from './governors.ts';
import { ask, codeOf, endorse, envelopeOf, proposalOf, type RawEndorsement } from './rawLedger.ts';

/** What a test has before it; 恒远 asks and submits, step by step, where no other governor is named. */
export interface FoundedLedger {
  readonly ledger: EmbeddedLedger;
  readonly hengyuan: Governor;
  readonly qichuan: Governor;
  /** A site that nobody has registered before. */
  registration(): SignedCommand;
  /** A proposal of a fresh registration. */
  proposal(change?: Parameters<typeof proposalOf>[2]): ReturnType<typeof proposalOf>;
  /** The endorser's answer to these bytes of a proposal. */
  ask(proposal: Uint8Array): Promise<ProposalResponse>;
  /** Of a fresh registration, when nothing else is given; so too the envelope. */
  endorsed(signed?: SignedCommand): Promise<RawEndorsement>;
  envelope(endorsed?: RawEndorsement): Promise<Uint8Array>;
  /** The validation code that an envelope gets in its block. */
  codeOf(envelope: Uint8Array): Promise<string>;
}

interface Opened {
  readonly ledger: EmbeddedLedger;
  readonly governors: readonly [Governor, Governor];
  close(): Promise<void>;
}

const open = async (): Promise<Opened> => {
  const dir = temporaryDirectory();
  const governors = await foundingGovernors();
  const [hengyuan, qichuan] = governors as [Governor, Governor];
  const ledger = await openIn(dir, await genesisWith(governors));
  await foundChannel(governors, connectAs(hengyuan, 'http://ledger', { fetch: inProcess(() => ledger) }));
  return {
    ledger,
    governors: [hengyuan, qichuan],
    close: async () => {
      await ledger.close();
      rmSync(dir, { recursive: true });
    },
  };
};

/** An embedded ledger on which three governors have founded a channel, open while the tests of a `describe` block run. */
export const foundedLedger = (): FoundedLedger => {
  let opened: Opened | undefined;
  let sites = 0;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  const there = (): Opened => {
    if (opened === undefined) throw new Error('the ledger opens before the first test of its block');
    return opened;
  };
  const hengyuan = (): Governor => there().governors[0];
  const registration = (): SignedCommand => {
    sites += 1;
    return signedBy(hengyuan(), 'site:register', { site: `site-${sites}` });
  };
  const endorsed = (signed = registration()) => endorse(there().ledger, hengyuan(), signed);
  return {
    get ledger() {
      return there().ledger;
    },
    get hengyuan() {
      return hengyuan();
    },
    get qichuan() {
      return there().governors[1];
    },
    registration,
    proposal: (change) => proposalOf(hengyuan(), registration(), change),
    ask: (proposal) => ask(there().ledger, hengyuan(), proposal),
    endorsed,
    envelope: async (raw) => envelopeOf(hengyuan(), raw ?? (await endorsed())),
    codeOf: (envelope) => codeOf(there().ledger, envelope),
  };
};

/** The bytes with one bit changed: the last byte's, or that of the byte at a place. */
export const flipped = (bytes: Uint8Array, at = bytes.length - 1): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
