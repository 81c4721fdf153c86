import type { MspCertificate, MspOrganisation, NamedUnit, NodeRole } from '../../ledger/codec/index.ts';
import { NODE_ROLES, readCertificate, sameBytes } from '../../ledger/codec/index.ts';

const derOf = (pem: string): Uint8Array | undefined => {
  const certificate = readCertificate(pem);
  return certificate && new Uint8Array(certificate.rawData);
};

/** A unit means something in certificates of the authority that the MSP names for it; of any, when it names none. */
const counts = ({ certifierPem }: NamedUnit, { issuers: [issuer] }: MspCertificate): boolean => {
  if (certifierPem === undefined) return true;
  const certifier = derOf(certifierPem);
  return certifier !== undefined && issuer !== undefined && sameBytes(certifier, issuer.der);
};

const hasUnit = (named: NamedUnit, certificate: MspCertificate): boolean =>
  certificate.units.includes(named.unit) && counts(named, certificate);

/** The roles that a certificate has in its organisation, by the units that the MSP gives this meaning. */
export const rolesIn = (certificate: MspCertificate, { roles }: MspOrganisation): readonly NodeRole[] =>
  roles === undefined
    ? certificate.roles
    : NODE_ROLES.filter((role) => roles[role] !== undefined && hasUnit(roles[role], certificate));

/** An identity has a unit of those that its MSP asks for and, where roles are told apart, exactly one role. */
export const hasDueUnits = (certificate: MspCertificate, organisation: MspOrganisation): boolean => {
  const { units, roles } = organisation;
  if (units.length > 0 && !units.some((named) => hasUnit(named, certificate))) return false;
  if (roles === undefined) return true;
  const named = NODE_ROLES.filter((role) => roles[role] !== undefined && certificate.units.includes(roles[role].unit));
  return named.length === 1 && rolesIn(certificate, organisation).length === 1;
};

export const isListedAdministrator = ({ der }: MspCertificate, { adminCertPems }: MspOrganisation): boolean =>
  adminCertPems.some((pem) => {
    const listed = derOf(pem);
    return listed !== undefined && sameBytes(listed, der);
  });
