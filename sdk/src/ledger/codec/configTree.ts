import { readWire, type WireFields } from '@anlian/chaincode/wire';
import { AnlianError } from '@anlian/contracts';
import { concatBytes } from './bytes.ts';
import { configtx, type DecodeFault, decodeText, policies } from './messages.ts';

export type Config = InstanceType<typeof configtx.Config>;
export type ConfigGroup = InstanceType<typeof configtx.ConfigGroup>;

/** Field numbers of Fabric's messages (fabric-protos, `common/configtx.proto` and `common/policies.proto`). */
const CONFIG = { sequence: 1, channelGroup: 2 };
const GROUP = { version: 1, groups: 2, values: 3, policies: 4, modPolicy: 5 };
const ENTRY = { key: 1, value: 2 };
const VALUE = { version: 1, value: 2, modPolicy: 3 };
const POLICY = { version: 1, policy: 2, modPolicy: 3 };
const RULE = { type: 1, value: 2 };

/** Fabric's configurations are four groups deep. */
const MAX_DEPTH = 32;

const configValue = (fields: WireFields, fault: DecodeFault) => {
  const value = new configtx.ConfigValue();
  value.setVersion(fields.large(VALUE.version));
  value.setValue(fields.last(VALUE.value));
  value.setModPolicy(decodeText(fields.last(VALUE.modPolicy), 'ConfigValue.mod_policy', fault));
  return value;
};

const configPolicy = (fields: WireFields, fault: DecodeFault) => {
  const policy = new configtx.ConfigPolicy();
  policy.setVersion(fields.large(POLICY.version));
  if (fields.all(POLICY.policy).length > 0) {
    const rule = new policies.Policy();
    rule.setType(fields.merged(POLICY.policy).integer(RULE.type));
    rule.setValue(fields.merged(POLICY.policy).last(RULE.value));
    policy.setPolicy(rule);
  }
  policy.setModPolicy(decodeText(fields.last(POLICY.modPolicy), 'ConfigPolicy.mod_policy', fault));
  return policy;
};

const entriesOf = <E>(
  entries: readonly Uint8Array[],
  read: (fields: WireFields) => E,
  fault: DecodeFault,
): readonly (readonly [string, E])[] =>
  entries.map((bytes) => {
    const entry = readWire(bytes, fault);
    return [decodeText(entry.last(ENTRY.key), 'ConfigGroup', fault), read(entry.merged(ENTRY.value))];
  });

const groupOf = (fields: WireFields, fault: DecodeFault, depth: number): ConfigGroup => {
  if (depth > MAX_DEPTH) throw new AnlianError(fault, { field: 'ConfigGroup', detail: 'groups within groups' });
  const group = new configtx.ConfigGroup();
  group.setVersion(fields.large(GROUP.version));
  group.setModPolicy(decodeText(fields.last(GROUP.modPolicy), 'ConfigGroup.mod_policy', fault));
  for (const [name, inner] of entriesOf(fields.all(GROUP.groups), (one) => groupOf(one, fault, depth + 1), fault))
    group.getGroupsMap().set(name, inner);
  for (const [name, value] of entriesOf(fields.all(GROUP.values), (one) => configValue(one, fault), fault))
    group.getValuesMap().set(name, value);
  for (const [name, policy] of entriesOf(fields.all(GROUP.policies), (one) => configPolicy(one, fault), fault))
    group.getPoliciesMap().set(name, policy);
  return group;
};

/**
 * Reads a tree as a peer does: whoever orders spells it, and generated code would take another spelling for something else. Parts are
 * put together; undefined where there is none.
 */
export const decodeTree = (parts: readonly Uint8Array[], fault: DecodeFault): ConfigGroup | undefined =>
  parts.length === 0 ? undefined : groupOf(readWire(concatBytes(...parts), fault), fault, 1);

/** Reads a `common.Config` as a peer does. */
export const decodeConfigMessage = (bytes: Uint8Array, fault: DecodeFault): Config => {
  const fields = readWire(bytes, fault);
  const config = new configtx.Config();
  config.setSequence(fields.large(CONFIG.sequence));
  config.setChannelGroup(decodeTree(fields.all(CONFIG.channelGroup), fault));
  return config;
};
