import {
  AnlianError,
  type AnyCommand,
  type ChannelRecord,
  type CommandName,
  type GenesisPolicy,
  instantMs,
  type KeyDescriptor,
  type KeyRecord,
  type MemberKind,
  type MemberRecord,
  type MemberReference,
  stateKey,
} from '@anlian/contracts';
import type { StateReader } from './rule.ts';

/** Who may submit and act: the founders named in a genesis policy, later the members on the ledger. */
export interface Assembly {
  readonly policy: GenesisPolicy;
  /** Throws `submitter_unknown` unless the MSP is that of an active governor. */
  requireSubmitter(mspId: string): Promise<void>;
  /** The live actor key `kid` of `member` at `txTime`; throws `actor_key_unknown`. */
  actorKey(member: string, kid: string, txTime: string): Promise<KeyDescriptor>;
  /** The actor key `kid` of `member`, live or retired since; throws `actor_key_unknown`. */
  recordedActorKey(member: string, kid: string): Promise<KeyDescriptor>;
  /** What the member is; throws `unknown_member` when it may not send this command (any more). */
  kindOf(member: string, name: CommandName, txTime: string): Promise<MemberKind>;
}

const unknownKey = () => new AnlianError('actor_key_unknown', { field: 'actor' });
const unknownSubmitter = () => new AnlianError('submitter_unknown', { field: 'mspId' });

const founderKey =
  (policy: GenesisPolicy) =>
  async (member: string, kid: string): Promise<KeyDescriptor> => {
    const founder = policy.governors.find((governor) => governor.member === member);
    const key = founder?.keys.find((candidate) => candidate.kid === kid && candidate.use === 'actor');
    if (key === undefined) throw unknownKey();
    return key;
  };

const founders = (policy: GenesisPolicy): Assembly => ({
  policy,
  requireSubmitter: async (mspId) => {
    if (!policy.governors.some((governor) => governor.mspId === mspId)) throw unknownSubmitter();
  },
  actorKey: founderKey(policy),
  recordedActorKey: founderKey(policy),
  kindOf: async (member) => {
    const founder = policy.governors.find((governor) => governor.member === member);
    if (founder === undefined) throw new AnlianError('unknown_member', { field: 'actor' });
    return founder.kind;
  },
});

/** What an expelled member may still do until its wind-down ends: let workers out, and answer for its own record. */
export const WIND_DOWN: readonly CommandName[] = ['site:release', 'credit:acknowledge', 'credit:appeal'];

const mayAct = (record: MemberRecord, name: CommandName, txTime: string): boolean =>
  record.state === 'active' ||
  (WIND_DOWN.includes(name) && record.windDownUntil !== null && instantMs(txTime) < instantMs(record.windDownUntil));

const actorKeyRecord = async (read: StateReader, member: string, kid: string): Promise<KeyRecord> => {
  const record = await read.get<KeyRecord>(stateKey.key(kid));
  if (record?.member !== member || record.key.use !== 'actor') throw unknownKey();
  return record;
};

const isLive = ({ from, retiredAt }: KeyRecord, txTime: string): boolean =>
  instantMs(from) <= instantMs(txTime) && (retiredAt === null || instantMs(txTime) < instantMs(retiredAt));

const members = (read: StateReader, policy: GenesisPolicy): Assembly => ({
  policy,
  requireSubmitter: async (mspId) => {
    const reference = await read.get<MemberReference>(stateKey.memberByMsp(mspId));
    const member = reference && (await read.get<MemberRecord>(stateKey.member(reference.member)));
    if (member?.kind !== 'governor' || member.state !== 'active') throw unknownSubmitter();
  },
  actorKey: async (member, kid, txTime) => {
    const record = await actorKeyRecord(read, member, kid);
    if (!isLive(record, txTime)) throw unknownKey();
    return record.key;
  },
  recordedActorKey: async (member, kid) => (await actorKeyRecord(read, member, kid)).key,
  kindOf: async (member, name, txTime) => {
    const record = await read.get<MemberRecord>(stateKey.member(member));
    if (record === undefined || !mayAct(record, name, txTime))
      throw new AnlianError('unknown_member', { field: 'actor' });
    return record.kind;
  },
});

const seated = (read: StateReader, { state, policy }: ChannelRecord): Assembly =>
  state === 'proposed' ? founders(policy) : members(read, policy);

/**
 * The assembly that a command is held against. Until every founder has confirmed, the only commands are those that found the
 * channel, and their keys come from the policy that is being founded.
 * @throws AnlianError `channel_not_founded`, `channel_already_founded`
 */
export const assemblyFor = async (read: StateReader, command: AnyCommand): Promise<Assembly> => {
  const channel = await read.get<ChannelRecord>(stateKey.channel());
  if (command.name === 'channel:found') {
    if (channel !== undefined) throw new AnlianError('channel_already_founded');
    return founders(command.args.policy);
  }
  if (channel === undefined || (channel.state === 'proposed' && command.name !== 'channel:confirm'))
    throw new AnlianError('channel_not_founded');
  return seated(read, channel);
};

/**
 * The assembly that a command the ledger holds already is held against: the present one, whatever the command did.
 * @throws AnlianError `channel_not_founded`
 */
export const presentAssembly = async (read: StateReader): Promise<Assembly> => {
  const channel = await read.get<ChannelRecord>(stateKey.channel());
  if (channel === undefined) throw new AnlianError('channel_not_founded');
  return seated(read, channel);
};
