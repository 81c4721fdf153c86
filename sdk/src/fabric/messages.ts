import etcdraft from '@hyperledger/fabric-protos/lib/orderer/etcdraft/configuration_pb.js';
import peerConfiguration from '@hyperledger/fabric-protos/lib/peer/configuration_pb.js';
import lifecycle from '@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb.js';
import type { messages } from '../ledger/index.ts';

export { etcdraft, lifecycle, peerConfiguration };

export type Config = InstanceType<typeof messages.configtx.Config>;
export type Group = InstanceType<typeof messages.configtx.ConfigGroup>;
export type Value = InstanceType<typeof messages.configtx.ConfigValue>;
export type Policy = InstanceType<typeof messages.configtx.ConfigPolicy>;
