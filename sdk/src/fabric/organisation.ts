import { MspId } from '@anlian/contracts';
import * as z from 'zod';
import { messages, utf8 } from '../ledger/index.ts';
import { isAuthorityPem } from './authorities.ts';
import { type Group, peerConfiguration } from './messages.ts';
import { signedByAny } from './policies.ts';

const { configtx, mspConfig } = messages;

/** As `configtx` names a group (common/configtx/validator.go). */
const OrganisationName = z.string().regex(/^(?!\.{1,2}$)[a-zA-Z0-9.-]{1,64}$/);
const Authority = z.string().max(8_192).refine(isAuthorityPem, 'the certificate of an authority, as PEM');

/**
 * A governor's organisation as it joins a channel: everything that its part of the configuration is made from. Its certificates
 * name their role as organisational unit.
 */
export const Organisation = z.strictObject({
  name: OrganisationName,
  mspId: MspId,
  rootCertPems: z.array(Authority).min(1).max(4),
  intermediateCertPems: z.array(Authority).max(8),
  tlsRootCertPems: z.array(Authority).min(1).max(4),
  /** Where peers of other members find its peers. */
  anchorPeers: z
    .array(z.strictObject({ host: z.string().regex(/^[A-Za-z0-9.-]{1,253}$/), port: z.int().min(1).max(65_535) }))
    .max(8),
});
export type Organisation = z.infer<typeof Organisation>;

/** Whoever may change an organisation's part of the configuration: its own administrators. */
const ADMINS = 'Admins';

const NODE_OUS = ['client', 'peer', 'admin', 'orderer'] as const;
type NodeOu = (typeof NODE_OUS)[number];

const ouOf = (role: NodeOu) => {
  const identifier = new mspConfig.FabricOUIdentifier();
  identifier.setOrganizationalUnitIdentifier(role);
  return identifier;
};

const mspOf = ({ mspId, rootCertPems, intermediateCertPems, tlsRootCertPems }: Organisation): Uint8Array => {
  const crypto = new mspConfig.FabricCryptoConfig();
  crypto.setSignatureHashFamily('SHA2');
  crypto.setIdentityIdentifierHashFunction('SHA256');
  const ous = new mspConfig.FabricNodeOUs();
  ous.setEnable(true);
  ous.setClientOuIdentifier(ouOf('client'));
  ous.setPeerOuIdentifier(ouOf('peer'));
  ous.setAdminOuIdentifier(ouOf('admin'));
  ous.setOrdererOuIdentifier(ouOf('orderer'));
  const fabric = new mspConfig.FabricMSPConfig();
  fabric.setName(mspId);
  fabric.setRootCertsList(rootCertPems.map(utf8));
  fabric.setIntermediateCertsList(intermediateCertPems.map(utf8));
  fabric.setTlsRootCertsList(tlsRootCertPems.map(utf8));
  fabric.setCryptoConfig(crypto);
  fabric.setFabricNodeOus(ous);
  const msp = new mspConfig.MSPConfig();
  msp.setType(0);
  msp.setConfig(fabric.serializeBinary());
  return msp.serializeBinary();
};

const anchorsOf = ({ anchorPeers }: Organisation): Uint8Array => {
  const message = new peerConfiguration.AnchorPeers();
  for (const { host, port } of anchorPeers) {
    const anchor = new peerConfiguration.AnchorPeer();
    anchor.setHost(host);
    anchor.setPort(port);
    message.addAnchorPeers(anchor);
  }
  return message.serializeBinary();
};

const valueWith = (bytes: Uint8Array) => {
  const value = new configtx.ConfigValue();
  value.setValue(bytes);
  value.setModPolicy(ADMINS);
  return value;
};

/** An organisation's group below `Application`: it speaks for itself and for nobody else, whatever it asked for. */
export const groupOf = (organisation: Organisation): Group => {
  const { mspId, anchorPeers } = organisation;
  const group = new configtx.ConfigGroup();
  group.setModPolicy(ADMINS);
  group.getValuesMap().set('MSP', valueWith(mspOf(organisation)));
  if (anchorPeers.length > 0) group.getValuesMap().set('AnchorPeers', valueWith(anchorsOf(organisation)));
  const policies = {
    Readers: signedByAny(mspId, ['admin', 'peer', 'client', 'orderer']),
    Writers: signedByAny(mspId, ['admin', 'client', 'orderer']),
    Admins: signedByAny(mspId, ['admin']),
    Endorsement: signedByAny(mspId, ['peer']),
  };
  for (const [name, policy] of Object.entries(policies)) {
    const entry = new configtx.ConfigPolicy();
    entry.setPolicy(policy);
    entry.setModPolicy(ADMINS);
    group.getPoliciesMap().set(name, entry);
  }
  return group;
};
