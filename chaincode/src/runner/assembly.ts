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

/** Which member's command is held against the assembly, which command it is, and when. */
export interface Act {
  readonly org: string;
  readonly name: CommandName;
  readonly txTime: string;
}

/** Who may submit and act: the founders named in a genesis policy, later the members on the ledger. */
export interface Assembly {
  readonly policy: GenesisPolicy;
  /**
   * Throws unless the MSP is that of an active governor, or of an expelled one that winds down: `member_expelled` when the command is
   * its own, which no other way would bring on the ledger; `submitter_unknown` when another could carry it.
   */
  requireSubmitter(mspId: string, act: Act): Promise<void>;
  /** The live actor key `kid` of `member` at `txTime`; throws `actor_key_unknown`. */
  actorKey(member: string, kid: string, txTime: string): Promise<KeyDescriptor>;
  /** The actor key `kid` of `member`, live or retired since; throws `actor_key_unknown`. */
  recordedActorKey(member: string, kid: string): Promise<KeyDescriptor>;
  /** What the acting member is; throws `unknown_member`, and `member_expelled` when it may not send this command any more. */
  kindOf(act: Act): Promise<MemberKind>;
}

const unknownKey = () => new AnlianError('actor_key_unknown', { field: 'actor' });
const unknownSubmitter = () => new AnlianError('submitter_unknown', { field: 'mspId' });
const unknownMember = () => new AnlianError('unknown_member', { field: 'actor' });
const expelledMember = () => new AnlianError('member_expelled', { field: 'actor' });

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
  kindOf: async ({ org }) => {
    const founder = policy.governors.find((governor) => governor.member === org);
    if (founder === undefined) throw unknownMember();
    return founder.kind;
  },
});

/**
 * What an expelled member may still do until its wind-down ends: let workers out, and answer for its own record. A governor submits
 * these itself, and carries those of the tenants on its node: people inside a site must not wait until another offers to carry.
 */
export const WIND_DOWN: readonly CommandName[] = ['site:release', 'credit:acknowledge', 'credit:appeal'];

const mayAct = (record: MemberRecord, { name, txTime }: Act): boolean =>
  record.state === 'active' ||
  (WIND_DOWN.includes(name) && record.windDownUntil !== null && instantMs(txTime) < instantMs(record.windDownUntil));

const actorKeyRecord = async (read: StateReader, member: string, kid: string): Promise<KeyRecord> => {
  const record = await read.get<KeyRecord>(stateKey.key(kid));
  if (record?.member !== member || record.key.use !== 'actor') throw unknownKey();
  return record;
};

const isLive = ({ from, retiredAt }: KeyRecord, txTime: string): boolean =>
  instantMs(from) <= instantMs(txTime) && (retiredAt === null || instantMs(txTime) < instantMs(retiredAt));

/** Whoever submits its own command is found without asking whose the MSP is: its record is read in any case. */
const governorOf = async (read: StateReader, mspId: string, org: string): Promise<MemberRecord | undefined> => {
  const own = await read.get<MemberRecord>(stateKey.member(org));
  if (own?.mspId === mspId) return own;
  const reference = await read.get<MemberReference>(stateKey.memberByMsp(mspId));
  return reference && read.get<MemberRecord>(stateKey.member(reference.member));
};

const members = (read: StateReader, policy: GenesisPolicy): Assembly => ({
  policy,
  requireSubmitter: async (mspId, act) => {
    const governor = await governorOf(read, mspId, act.org);
    if (governor === undefined) throw unknownSubmitter();
    if (!mayAct(governor, act)) throw governor.member === act.org ? expelledMember() : unknownSubmitter();
  },
  actorKey: async (member, kid, txTime) => {
    const record = await actorKeyRecord(read, member, kid);
    if (!isLive(record, txTime)) throw unknownKey();
    return record.key;
  },
  recordedActorKey: async (member, kid) => (await actorKeyRecord(read, member, kid)).key,
  kindOf: async (act) => {
    const record = await read.get<MemberRecord>(stateKey.member(act.org));
    if (record === undefined) throw unknownMember();
    if (!mayAct(record, act)) throw expelledMember();
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
