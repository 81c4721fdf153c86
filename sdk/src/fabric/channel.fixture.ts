import {
  createAuthority,
  issueCertificate,
  type KeyPairPem,
  type LedgerIdentity,
  messages,
  signerOf,
  utf8,
} from '../ledger/index.ts';
import { canonicalPem } from './authorities.ts';
import type { ChannelConfig } from './configuration.ts';
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

const valueWith = (bytes: Uint8Array) => {
  const value = new configtx.ConfigValue();
  value.setValue(bytes);
  value.setModPolicy('Admins');
  return value;
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
  for (const { organisation } of organisations) {
    const own = groupOf(organisation);
    const addresses = new configuration.OrdererAddresses();
    addresses.setAddressesList(['localhost:7050']);
    own.getValuesMap().set('Endpoints', valueWith(addresses.serializeBinary()));
    group.getGroupsMap().set(organisation.name, own);
  }
  return group;
};

/** A channel of these governors, some of which order. */
export const testChannel = async (
  governors: readonly TestOrganisation[],
  orderers: readonly TestOrganisation[],
  type: 'etcdraft' | 'BFT' = 'etcdraft',
): Promise<ChannelConfig> => {
  const raft = new etcdraft.ConfigMetadata();
  raft.setConsentersList(await Promise.all(orderers.map(consenterOf)));
  const consensus = new orderer.ConsensusType();
  consensus.setType(type);
  consensus.setMetadata(raft.serializeBinary());
  const ordering = sectionOf(orderers);
  ordering.getValuesMap().set('ConsensusType', valueWith(consensus.serializeBinary()));
  const application = sectionOf(governors);
  application.setVersion(1);
  const channel = new configtx.ConfigGroup();
  channel.getGroupsMap().set('Application', application);
  channel.getGroupsMap().set('Orderer', ordering);
  const config = new configtx.Config();
  config.setSequence(4);
  config.setChannelGroup(channel);
  return { channel: 'anlian-test', config };
};
