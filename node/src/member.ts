import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyUse, MemberDescriptor } from '@anlian/contracts';
import { createMsp, type LedgerIdentity, signerOf } from '@anlian/sdk/ledger';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { type Keystore, openKeystore } from './keys/keystore.ts';
import { writeDurably } from './keys/writeDurably.ts';

/** What a member shows the others before the channel exists: its public keys and its certificate authority. */
export interface MemberPapers {
  readonly descriptor: MemberDescriptor;
  /** Governors only. */
  readonly msp: { readonly mspId: string; readonly rootCertPem: string } | null;
}

export interface PreparedMember extends MemberPapers {
  readonly keys: Keystore;
  /** Governors only. */
  readonly identity: LedgerIdentity | undefined;
}

type MemberConfig = Pick<Config, 'member' | 'company' | 'kind' | 'dataDir' | 'name'>;

/** Keys every member has, and those that only governors need: participants issue no codes. */
const USES = {
  participant: ['actor', 'log', 'pack', 'entity'],
  governor: ['actor', 'log', 'pack', 'entity', 'code'],
} as const satisfies Record<Config['kind'], readonly KeyUse[]>;

/** Makes the member's keys and its MSP on the first call; later calls read them. */
export const prepareMember = async (config: MemberConfig, clock: Clock): Promise<PreparedMember> => {
  const keys = await openKeystore(join(config.dataDir, 'keys'));
  for (const use of USES[config.kind]) await keys.create(use);
  const msp = config.kind === 'governor' ? await prepareMsp(config, clock) : undefined;
  const descriptor: MemberDescriptor = {
    member: config.member,
    company: config.company,
    kind: config.kind,
    ...(msp ? { mspId: msp.mspId } : {}),
    keys: USES[config.kind].map((use) => keys.key(use).descriptor),
  };
  return {
    keys,
    descriptor,
    msp: msp ? { mspId: msp.mspId, rootCertPem: msp.caCertPem } : null,
    identity: msp && { mspId: msp.mspId, certPem: msp.certPem, sign: signerOf(msp.keyPem) },
  };
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
