import { AnlianError } from '@anlian/contracts';
import { type ChannelConfiguration, type ConfigGroup, decodeConfig, messages } from '../ledger/index.ts';
import { etcdraft } from './messages.ts';

const CORRUPT = 'ledger_corrupt';
const { configtx, decodeSigned, orderer, required } = messages;

/** @throws {AnlianError} `ledger_corrupt` */
export const treeOf = ({ config }: Pick<ChannelConfiguration, 'config'>): ConfigGroup =>
  required(config.getChannelGroup(), 'ConfigGroup', CORRUPT);

export const groupIn = (group: ConfigGroup, name: string): ConfigGroup =>
  required(group.getGroupsMap().get(name), `ConfigGroup ${name}`, CORRUPT);

/** The configuration with another tree; versions and sequence are as before. */
export const withTree = (
  { channel, config: before }: ChannelConfiguration,
  change: (tree: ConfigGroup) => void,
): ChannelConfiguration => {
  const config = configtx.Config.deserializeBinary(before.serializeBinary());
  change(treeOf({ config }));
  return decodeConfig(channel, config.serializeBinary(), CORRUPT);
};

/** What the Raft orderers agreed on among themselves. @throws {AnlianError} `ledger_corrupt` when they are none */
export const raftOf = ({ consensus: { type, metadata } }: ChannelConfiguration) => {
  if (type !== 'etcdraft') throw new AnlianError(CORRUPT, { field: 'ConsensusType' });
  return decodeSigned(etcdraft.ConfigMetadata, metadata, 'ConfigMetadata', CORRUPT);
};

/** Changes a tree in place: other Raft orderers from now on. */
export const setRaft = (tree: ConfigGroup, raft: InstanceType<typeof etcdraft.ConfigMetadata>): void => {
  const value = required(groupIn(tree, 'Orderer').getValuesMap().get('ConsensusType'), 'ConsensusType', CORRUPT);
  const consensus = decodeSigned(orderer.ConsensusType, value.getValue_asU8(), 'ConsensusType', CORRUPT);
  consensus.setMetadata(raft.serializeBinary());
  value.setValue(consensus.serializeBinary());
};
