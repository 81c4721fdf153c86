import { type ChannelOrganisation, messages, type NodeRole, utf8 } from '@anlian/sdk/ledger';

const { common, configtx, configuration, mspConfig, mspPrincipal, orderer, policies } = messages;

type Group = InstanceType<typeof configtx.ConfigGroup>;
interface Serializable {
  serializeBinary(): Uint8Array;
}

const ADMINS = 'Admins';
/** `msp.FABRIC`: certificates, not anonymous credentials. */
const X509_MSP = 0;
/** One leaf: the block's data is hashed as one concatenation. */
const WHOLE_BLOCK = 4_294_967_295;

const setValue = (group: Group, key: string, message: Serializable): void => {
  const value = new configtx.ConfigValue();
  value.setValue(message.serializeBinary());
  value.setModPolicy(ADMINS);
  group.getValuesMap().set(key, value);
};

const setPolicy = (group: Group, key: string, type: number, message: Serializable): void => {
  const policy = new policies.Policy();
  policy.setType(type);
  policy.setValue(message.serializeBinary());
  const entry = new configtx.ConfigPolicy();
  entry.setPolicy(policy);
  entry.setModPolicy(ADMINS);
  group.getPoliciesMap().set(key, entry);
};

const { ANY, MAJORITY } = policies.ImplicitMetaPolicy.Rule;

/** A policy that counts the policies of the same name one level below. */
const setImplicitPolicies = (
  group: Group,
  names: readonly (readonly [string, typeof ANY | typeof MAJORITY])[],
): void => {
  for (const [name, rule] of names) {
    const meta = new policies.ImplicitMetaPolicy();
    meta.setSubPolicy(name);
    meta.setRule(rule);
    setPolicy(group, name, policies.Policy.PolicyType.IMPLICIT_META, meta);
  }
};

const memberRule = (mspId: string): InstanceType<typeof policies.SignaturePolicyEnvelope> => {
  const role = new mspPrincipal.MSPRole();
  role.setMspIdentifier(mspId);
  role.setRole(mspPrincipal.MSPRole.MSPRoleType.MEMBER);
  const principal = new mspPrincipal.MSPPrincipal();
  principal.setPrincipalClassification(mspPrincipal.MSPPrincipal.Classification.ROLE);
  principal.setPrincipal(role.serializeBinary());
  const signed = new policies.SignaturePolicy();
  signed.setSignedBy(0);
  const one = new policies.SignaturePolicy.NOutOf();
  one.setN(1);
  one.setRulesList([signed]);
  const rule = new policies.SignaturePolicy();
  rule.setNOutOf(one);
  const envelope = new policies.SignaturePolicyEnvelope();
  envelope.setRule(rule);
  envelope.setIdentitiesList([principal]);
  return envelope;
};

const nodeOus = (): InstanceType<typeof mspConfig.FabricNodeOUs> => {
  const unit = (role: NodeRole) => {
    const identifier = new mspConfig.FabricOUIdentifier();
    identifier.setOrganizationalUnitIdentifier(role);
    return identifier;
  };
  const ous = new mspConfig.FabricNodeOUs();
  ous.setEnable(true);
  ous.setClientOuIdentifier(unit('client'));
  ous.setPeerOuIdentifier(unit('peer'));
  ous.setAdminOuIdentifier(unit('admin'));
  ous.setOrdererOuIdentifier(unit('orderer'));
  return ous;
};

const organisationGroup = ({ mspId, rootCertPems }: ChannelOrganisation): Group => {
  const crypto = new mspConfig.FabricCryptoConfig();
  crypto.setSignatureHashFamily('SHA2');
  crypto.setIdentityIdentifierHashFunction('SHA256');
  const fabric = new mspConfig.FabricMSPConfig();
  fabric.setName(mspId);
  fabric.setRootCertsList(rootCertPems.map(utf8));
  fabric.setCryptoConfig(crypto);
  fabric.setFabricNodeOus(nodeOus());
  const msp = new mspConfig.MSPConfig();
  msp.setType(X509_MSP);
  msp.setConfig(fabric.serializeBinary());
  const group = new configtx.ConfigGroup();
  group.setModPolicy(ADMINS);
  setValue(group, 'MSP', msp);
  for (const name of ['Readers', 'Writers', 'Admins', 'Endorsement']) {
    setPolicy(group, name, policies.Policy.PolicyType.SIGNATURE, memberRule(mspId));
  }
  return group;
};

const section = (
  organisations: readonly ChannelOrganisation[],
  rules: Parameters<typeof setImplicitPolicies>[1],
): Group => {
  const group = new configtx.ConfigGroup();
  group.setModPolicy(ADMINS);
  for (const organisation of organisations)
    group.getGroupsMap().set(organisation.mspId, organisationGroup(organisation));
  setImplicitPolicies(group, rules);
  return group;
};

const capabilities = (): InstanceType<typeof configuration.Capabilities> => {
  const message = new configuration.Capabilities();
  message.getCapabilitiesMap().set('V2_0', new configuration.Capability());
  return message;
};

const READ_WRITE = [
  ['Readers', ANY],
  ['Writers', ANY],
  ['Admins', MAJORITY],
] as const;

/** One operator endorses, and the configuration says so. */
const applicationGroup = (governors: readonly ChannelOrganisation[], operator: ChannelOrganisation): Group => {
  const group = section(governors, READ_WRITE);
  for (const name of ['Endorsement', 'LifecycleEndorsement']) {
    setPolicy(group, name, policies.Policy.PolicyType.SIGNATURE, memberRule(operator.mspId));
  }
  setValue(group, 'Capabilities', capabilities());
  return group;
};

const ordererGroup = (operator: ChannelOrganisation, maxTransactions: number): Group => {
  const group = section([operator], [...READ_WRITE, ['BlockValidation', ANY]]);
  const consensus = new orderer.ConsensusType();
  consensus.setType('embedded');
  const size = new orderer.BatchSize();
  size.setMaxMessageCount(maxTransactions);
  const timeout = new orderer.BatchTimeout();
  timeout.setTimeout('0s');
  setValue(group, 'ConsensusType', consensus);
  setValue(group, 'BatchSize', size);
  setValue(group, 'BatchTimeout', timeout);
  setValue(group, 'Capabilities', capabilities());
  return group;
};

/** The channel's first configuration, in the groups and values of Fabric: governors as application organisations, the operator as the orderer's. */
export const channelGroup = (
  governors: readonly ChannelOrganisation[],
  operator: ChannelOrganisation,
  maxTransactions: number,
): Group => {
  const group = new configtx.ConfigGroup();
  group.setModPolicy(ADMINS);
  group.getGroupsMap().set('Application', applicationGroup(governors, operator));
  group.getGroupsMap().set('Orderer', ordererGroup(operator, maxTransactions));
  const hashing = new configuration.HashingAlgorithm();
  hashing.setName('SHA256');
  const structure = new configuration.BlockDataHashingStructure();
  structure.setWidth(WHOLE_BLOCK);
  setValue(group, 'HashingAlgorithm', hashing);
  setValue(group, 'BlockDataHashingStructure', structure);
  setValue(group, 'Capabilities', capabilities());
  setImplicitPolicies(group, READ_WRITE);
  return group;
};

/** `common.Config` of sequence 0. */
export const configEnvelope = (group: Group): Uint8Array => {
  const config = new configtx.Config();
  config.setChannelGroup(group);
  const envelope = new configtx.ConfigEnvelope();
  envelope.setConfig(config);
  return envelope.serializeBinary();
};

export const CONFIG_TYPE = common.HeaderType.CONFIG;
