import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyUse, MemberDescriptor } from '@anlian/contracts';
import { createMsp, type LedgerConnection, type LedgerIdentity, signerOf } from '@anlian/sdk/ledger';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { type Keystore, openKeystore } from './keys/keystore.ts';
import { writeDurably } from './keys/writeDurably.ts';
import { readFabricFiles } from './ledger/fabricFiles.ts';

/** What a member shows the others before the channel exists: its public keys and its certificate authority. */
export interface MemberPapers {
  readonly descriptor: MemberDescriptor;
  /** Governors on the embedded ledger only: on Fabric the channel's own configuration names the authorities. */
  readonly msp: { readonly mspId: string; readonly rootCertPem: string } | null;
}

export interface PreparedMember extends MemberPapers {
  readonly keys: Keystore;
  /** Governors only. */
  readonly identity: LedgerIdentity | undefined;
  /** Governors only: which ledger, and where. */
  readonly connection: LedgerConnection | undefined;
}

type MemberConfig = Pick<Config, 'member' | 'company' | 'kind' | 'dataDir' | 'name' | 'ledgerUrl' | 'fabric'>;

/** Keys every member has, and those that only governors need: participants issue no codes. */
const USES = {
  participant: ['actor', 'log', 'pack', 'entity'],
  governor: ['actor', 'log', 'pack', 'entity', 'code'],
} as const satisfies Record<Config['kind'], readonly KeyUse[]>;

type LedgerPapers = Pick<PreparedMember, 'msp' | 'identity' | 'connection'>;

const NO_LEDGER_PAPERS: LedgerPapers = { msp: null, identity: undefined, connection: undefined };

/** On Fabric the member's own authority has issued its client's certificate; on the embedded ledger the node makes both. */
const prepareLedgerPapers = async (config: MemberConfig, clock: Clock): Promise<LedgerPapers> => {
  if (config.kind === 'participant') return NO_LEDGER_PAPERS;
  if (config.fabric) return { ...NO_LEDGER_PAPERS, ...(await readFabricFiles(config.fabric, clock())) };
  const { mspId, caCertPem, certPem, keyPem } = await prepareMsp(config, clock);
  return {
    msp: { mspId, rootCertPem: caCertPem },
    identity: { mspId, certPem, sign: signerOf(keyPem) },
    connection: config.ledgerUrl === undefined ? undefined : { kind: 'embedded', url: config.ledgerUrl },
  };
};

/**
 * Makes the member's keys, and its MSP for the embedded ledger, on the first call; later calls read them.
 * @throws {AnlianError} `configuration_invalid` with every fault of the files that Fabric's settings name
 */
export const prepareMember = async (config: MemberConfig, clock: Clock): Promise<PreparedMember> => {
  const papers = await prepareLedgerPapers(config, clock);
  const keys = await openKeystore(join(config.dataDir, 'keys'));
  for (const use of USES[config.kind]) await keys.create(use);
  const descriptor: MemberDescriptor = {
    member: config.member,
    company: config.company,
    kind: config.kind,
    ...(papers.identity ? { mspId: papers.identity.mspId } : {}),
    keys: USES[config.kind].map((use) => keys.key(use).descriptor),
  };
  return { keys, descriptor, ...papers };
};

/** MSP id of a member's short name: `hengyuan` is `HengyuanMSP`. */
export const mspIdOf = (member: string): string => `${member.charAt(0).toUpperCase()}${member.slice(1)}MSP`;

const prepareMsp = async (config: MemberConfig, clock: Clock) => {
  const dir = join(config.dataDir, 'msp');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'msp.json');
  const stored = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stored !== undefined) return JSON.parse(stored) as Awaited<ReturnType<typeof createMsp>> & { mspId: string };
  const mspId = mspIdOf(config.member);
  const made = {
    mspId,
    ...(await createMsp({ mspId, organisation: config.name.en, crypto: globalThis.crypto, now: new Date(clock()) })),
  };
  await writeDurably(file, JSON.stringify(made));
  return made;
};
