import { readWire, type WireFields } from '@anlian/chaincode/wire';
import type { Issuers } from './authorities.ts';
import { NODE_ROLES, type NodeRole } from './certificate.ts';
import { type DecodeFault, decodeText } from './messages.ts';

/** An organisational unit that an MSP gives a meaning, in certificates of one authority only when it names that one. */
export interface NamedUnit {
  readonly unit: string;
  readonly certifierPem: string | undefined;
}

/** An organisation on the channel: the roots that issue its certificates. */
export interface ChannelOrganisation {
  readonly mspId: string;
  readonly rootCertPems: readonly string[];
}

/** All that an organisation's MSP says about who belongs to it. */
export interface MspOrganisation extends ChannelOrganisation, Issuers {
  /** Its group's name in the configuration. */
  readonly name: string;
  /** Certificates that are administrators' by being listed. */
  readonly adminCertPems: readonly string[];
  readonly tlsRootCertPems: readonly string[];
  /** Units of which an identity must have one; any will do when none is listed. */
  readonly units: readonly NamedUnit[];
  /** The units that tell roles apart; undefined where the MSP does not tell them apart. */
  readonly roles: Readonly<Partial<Record<NodeRole, NamedUnit>>> | undefined;
  /** The definition's own bytes, which Fabric compares too where one MSP is defined twice. */
  readonly definition: Uint8Array;
}

/** Field numbers of Fabric's messages (fabric-protos, `msp/msp_config.proto`). */
const CONFIG = { type: 1, config: 2 };
const MSP = { name: 1, roots: 2, intermediates: 3, admins: 4, revocationLists: 5, units: 7, tlsRoots: 9, roles: 11 };
const UNIT = { certifier: 1, unit: 2 };
const ROLES = { isEnabled: 1, client: 2, peer: 3, admin: 4, orderer: 5 } as const satisfies Record<string, number> &
  Record<NodeRole, number>;

/** `msp.FABRIC`: certificates, not anonymous credentials. */
const X509_MSP = 0;

/** Fabric passes over whatever stands round a certificate in PEM, and so do we. */
const pemOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const unitOf = (identifier: WireFields, fault: DecodeFault): NamedUnit => {
  const certifier = identifier.last(UNIT.certifier);
  return {
    unit: decodeText(identifier.last(UNIT.unit), 'FabricOUIdentifier', fault),
    certifierPem: certifier.length === 0 ? undefined : pemOf(certifier),
  };
};

const rolesOf = (ous: WireFields, fault: DecodeFault): MspOrganisation['roles'] =>
  ous.large(ROLES.isEnabled) === 0
    ? undefined
    : Object.fromEntries(
        NODE_ROLES.filter((role) => ous.all(ROLES[role]).length > 0).map((role) => [
          role,
          unitOf(ous.merged(ROLES[role]), fault),
        ]),
      );

/** Nobody's certificate counts in an MSP of anonymous credentials, whose definition has its name in the same place. */
const nameAlone = (definition: Uint8Array, fault: DecodeFault): WireFields => {
  const read = readWire(definition, fault);
  const isName = (field: number) => field === MSP.name;
  return {
    all: (field) => (isName(field) ? read.all(field) : []),
    last: (field) => (isName(field) ? read.last(field) : new Uint8Array()),
    merged: () => readWire(new Uint8Array(), fault),
    integer: () => 0,
    large: () => 0,
  };
};

/**
 * Reads the `MSPConfig` of the organisation whose group has this name. An organisation's own administrators write it as they like, so
 * it is read as a peer reads it: a definition that the peers took must stop nobody who follows them.
 */
export const decodeOrganisation = (name: string, bytes: Uint8Array, fault: DecodeFault): MspOrganisation => {
  const config = readWire(bytes, fault);
  const definition = config.last(CONFIG.config);
  const isOfCertificates = config.integer(CONFIG.type) === X509_MSP;
  const msp = isOfCertificates ? readWire(definition, fault) : nameAlone(definition, fault);
  const pems = (field: number): readonly string[] => msp.all(field).map(pemOf);
  return {
    name,
    mspId: decodeText(msp.last(MSP.name), 'FabricMSPConfig.name', fault),
    rootCertPems: pems(MSP.roots),
    intermediateCertPems: pems(MSP.intermediates),
    revocationLists: msp.all(MSP.revocationLists),
    adminCertPems: pems(MSP.admins),
    tlsRootCertPems: pems(MSP.tlsRoots),
    units: msp.all(MSP.units).map((unit) => unitOf(readWire(unit, fault), fault)),
    roles: rolesOf(msp.merged(MSP.roles), fault),
    definition,
  };
};
