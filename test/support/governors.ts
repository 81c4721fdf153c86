import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  ACTOR_TYPE,
  type AnyCommand,
  AUTHORITY,
  COMMAND_LIFE_SECONDS,
  type CommandArgs,
  type CommandName,
  canonicalBytes,
  formatId,
  type GenesisPolicy,
  type KeyDescriptor,
  type KeyUse,
  type MemberDescriptor,
  PublicJwk,
  ROLES,
  type SignedCommand,
} from '@anlian/contracts';
import { createMsp, type Ledger, type MspMaterial } from '@anlian/sdk/ledger';

export const CHANNEL = 'anlian-test';
export const CHAINCODE = 'anlian';

/** Founders of test channels with the codes of their companies (STARTING-SET). */
const FOUNDERS = [
  { member: 'hengyuan', company: '91990101MAAA00012T', organisation: '恒远化工' },
  { member: 'qichuan', company: '91990202MAAA000209', organisation: '启川重工' },
  { member: 'zhengheng', company: '91990101MAAA0008XM', organisation: '正衡评价' },
] as const;

export interface Governor {
  readonly member: string;
  readonly company: string;
  readonly mspId: string;
  readonly msp: MspMaterial;
  readonly descriptor: MemberDescriptor;
  readonly actor: KeyObject;
  /** Which chaincode its commands are for, where it is not the network's own. */
  readonly chaincode?: string;
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

/** A fresh P-256 key for a use, as the ledger is told of it, and its private half. */
export const freshKey = (
  use: Exclude<KeyUse, 'log' | 'gate'>,
): { readonly descriptor: KeyDescriptor; readonly privateKey: KeyObject } => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = PublicJwk.parse(publicKey.export({ format: 'jwk' }));
  return { descriptor: { kid: digestOf(canonicalBytes(jwk)), use, jwk }, privateKey };
};

const governor = ({ member, company }: (typeof FOUNDERS)[number], msp: MspMaterial): Governor => {
  const mspId = `${member}MSP`;
  const actor = freshKey('actor');
  const descriptor = { member, company, kind: 'governor' as const, mspId, keys: [actor.descriptor] };
  return { member, company, mspId, msp, descriptor, actor: actor.privateKey };
};

/** The founders with an MSP that is there already. */
export const governorsWith = (mspOf: (founder: (typeof FOUNDERS)[number]) => MspMaterial): Governor[] =>
  FOUNDERS.map((founder) => governor(founder, mspOf(founder)));

/** Three governors with an MSP and an actor key each. */
export const foundingGovernors = (): Promise<Governor[]> =>
  Promise.all(
    FOUNDERS.map(async (founder) => {
      const { member, organisation } = founder;
      const sources = { crypto: globalThis.crypto, now: new Date() };
      return governor(founder, await createMsp({ mspId: `${member}MSP`, organisation, ...sources }));
    }),
  );

export const genesisPolicy = (governors: readonly Governor[], change: Partial<GenesisPolicy> = {}): GenesisPolicy => ({
  v: 1,
  channel: CHANNEL,
  chaincode: CHAINCODE,
  k: 1,
  witnesses: 0,
  voteAssertions: ['development'],
  personAssertions: ['development'],
  governors: governors.map(({ descriptor }) => descriptor),
  ...change,
});

export const freshId = <P extends Parameters<typeof formatId>[0]>(prefix: P) => formatId(prefix, randomBytes(16));

const segment = (value: unknown): string => Buffer.from(canonicalBytes(value)).toString('base64url');

/** A command signed by a governor's person with the first role that the authority table names. */
export const signedBy = <N extends CommandName>(
  { member, actor, descriptor, chaincode = CHAINCODE }: Governor,
  name: N,
  args: CommandArgs<N>,
  commandId: string = freshId('cmd'),
): SignedCommand => {
  const command = { v: 1, channel: CHANNEL, chaincode, commandId, name, args } as unknown as AnyCommand;
  const [role] = AUTHORITY[name].roles;
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://node.example/oidc',
    sub: freshId('cas'),
    org: member,
    roles: [role],
    acr: role !== undefined && ROLES[role].machine ? 'machine' : 'development',
    iat,
    exp: iat + COMMAND_LIFE_SECONDS[name],
    cmd: digestOf(canonicalBytes(command)),
  };
  const signed = `${segment({ alg: 'ES256', typ: ACTOR_TYPE, kid: descriptor.keys[0]?.kid })}.${segment(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: actor, dsaEncoding: 'ieee-p1363' });
  return { command, actor: `${signed}.${signature.toString('base64url')}` };
};

/** Founds the channel: the first proposes the genesis policy, the others confirm it. */
export const foundChannel = async (
  governors: readonly Governor[],
  ledger: Ledger,
  change: Partial<GenesisPolicy> = {},
): Promise<void> => {
  const [first, ...others] = governors;
  if (first === undefined) throw new Error('a channel has governors');
  const policy = genesisPolicy(governors, change);
  const { result } = await ledger.submit(signedBy(first, 'channel:found', { policy }));
  const { genesis } = result as { readonly genesis: string };
  for (const other of others)
    await ledger.submit(signedBy(other, 'channel:confirm', { member: other.member, genesis }));
};
