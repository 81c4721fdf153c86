import {
  type ChannelConfiguration,
  createAuthority,
  decodeConfig,
  issueCertificate,
  type KeyPairPem,
  type LedgerIdentity,
  messages,
  signerOf,
  utf8,
} from '../ledger/index.ts';
import { capabilities, implicit, setPolicy, setValue } from '../verify/config/fixtures/groups.ts';
import { canonicalPem } from './authorities.ts';
import { etcdraft, type Group } from './messages.ts';
import { groupOf, type Organisation } from './organisation.ts';

const { configtx, configuration, orderer } = messages;
const sources = { crypto: globalThis.crypto, now: new Date('2026-11-22T00:00:00Z') };

/** An organisation with its authorities' keys. */
export interface TestOrganisation {
  readonly organisation: Organisation;
  readonly ca: KeyPairPem;
  readonly tlsCa: KeyPairPem;
  readonly admin: LedgerIdentity;
  readonly client: LedgerIdentity;
}

export const testOrganisation = async (name: string): Promise<TestOrganisation> => {
  const mspId = `${name}MSP`;
  const ca = await createAuthority({ commonName: `ca.${name}`, organisation: name }, sources);
  const tlsCa = await createAuthority({ commonName: `tlsca.${name}`, organisation: name }, sources);
  const identity = async (role: 'admin' | 'client'): Promise<LedgerIdentity> => {
    const { certPem, keyPem } = await issueCertificate(
      ca,
      { commonName: `${role}.${name}`, organisation: name },
      { roles: [role] },
      sources,
    );
    return { mspId, certPem, sign: signerOf(keyPem) };
  };
  return {
    organisation: {
      name,
      mspId,
      rootCertPems: [canonicalPem(ca.certPem)],
      intermediateCertPems: [],
      tlsRootCertPems: [canonicalPem(tlsCa.certPem)],
      anchorPeers: [{ host: 'localhost', port: 7051 }],
    },
    ca,
    tlsCa,
    admin: await identity('admin'),
    client: await identity('client'),
  };
};

const consenterOf = async ({ organisation, tlsCa }: TestOrganisation) => {
  const subject = { commonName: 'orderer', organisation: organisation.name };
  const { certPem } = await issueCertificate(tlsCa, subject, { tlsHosts: ['localhost'] }, sources);
  const consenter = new etcdraft.Consenter();
  consenter.setHost('localhost');
  consenter.setServerTlsCert(utf8(certPem));
  consenter.setClientTlsCert(utf8(certPem));
  return consenter;
};

const sectionOf = (organisations: readonly TestOrganisation[]): Group => {
  const group = new configtx.ConfigGroup();
  group.setModPolicy('Admins');
  setPolicy(group, 'Admins', implicit('MAJORITY', 'Admins'));
  for (const { organisation } of organisations) {
    const own = groupOf(organisation);
    const addresses = new configuration.OrdererAddresses();
    addresses.setAddressesList(['localhost:7050']);
    setValue(own, 'Endpoints', addresses.serializeBinary());
    group.getGroupsMap().set(organisation.name, own);
  }
  return group;
};

export interface TestChannelOptions {
  readonly type?: 'etcdraft' | 'BFT';
  readonly capability?: string;
  /** Changes the tree that Fabric's tools would make. */
  readonly change?: (tree: Group) => void;
}

/** A channel of these governors, some of which order. */
export const testChannel = async (
  governors: readonly TestOrganisation[],
  orderers: readonly TestOrganisation[],
  { type = 'etcdraft', capability = 'V2_0', change }: TestChannelOptions = {},
): Promise<ChannelConfiguration> => {
  const raft = new etcdraft.ConfigMetadata();
  raft.setConsentersList(await Promise.all(orderers.map(consenterOf)));
  const consensus = new orderer.ConsensusType();
  consensus.setType(type);
  consensus.setMetadata(raft.serializeBinary());
  const ordering = sectionOf(orderers);
  setValue(ordering, 'ConsensusType', consensus.serializeBinary());
  const application = sectionOf(governors);
  application.setVersion(1);
  const tree = new configtx.ConfigGroup();
  tree.getGroupsMap().set('Application', application);
  tree.getGroupsMap().set('Orderer', ordering);
  setValue(tree, 'Capabilities', capabilities(capability));
  change?.(tree);
  const config = new configtx.Config();
  config.setSequence(4);
  config.setChannelGroup(tree);
  return decodeConfig('anlian-test', config.serializeBinary(), 'ledger_corrupt');
};
