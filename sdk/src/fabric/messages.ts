import etcdraft from '@hyperledger/fabric-protos/lib/orderer/etcdraft/configuration_pb.js';
import peerConfiguration from '@hyperledger/fabric-protos/lib/peer/configuration_pb.js';
import lifecycle from '@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb.js';
import peerQuery from '@hyperledger/fabric-protos/lib/peer/query_pb.js';
import type { messages } from '../ledger/index.ts';

export { etcdraft, lifecycle, peerConfiguration, peerQuery };

export type Group = InstanceType<typeof messages.configtx.ConfigGroup>;
export type Value = InstanceType<typeof messages.configtx.ConfigValue>;
export type Policy = InstanceType<typeof messages.configtx.ConfigPolicy>;
