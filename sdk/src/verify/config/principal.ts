import { AnlianError } from '@anlian/contracts';
import { decodeIdentity, type NodeRole, readCertificate, sameBytes } from '../../ledger/codec/index.ts';
import { decodeSigned, mspPrincipal } from '../../ledger/codec/messages.ts';
import { hasDueUnits, isListedAdministrator, rolesIn } from './membership.ts';
import type { Signer } from './signers.ts';

const { MSPPrincipal, MSPRole } = mspPrincipal;
const { Classification } = MSPPrincipal;
const { MSPRoleType } = MSPRole;

export type Principal = InstanceType<typeof MSPPrincipal>;

const NODE_ROLE = new Map<number, NodeRole>([
  [MSPRoleType.ADMIN, 'admin'],
  [MSPRoleType.CLIENT, 'client'],
  [MSPRoleType.PEER, 'peer'],
  [MSPRoleType.ORDERER, 'orderer'],
]);

const hasRole = ({ organisation, certificate }: Signer, bytes: Uint8Array): boolean => {
  const principal = decodeSigned(MSPRole, bytes, 'MSPRole', 'invalid_input');
  const asked = principal.getRole();
  if (principal.getMspIdentifier() !== organisation.mspId) return false;
  if (asked === MSPRoleType.ADMIN && isListedAdministrator(certificate, organisation)) return true;
  if (!hasDueUnits(certificate, organisation)) return false;
  if (asked === MSPRoleType.MEMBER) return true;
  const role = NODE_ROLE.get(asked);
  return role !== undefined && organisation.roles !== undefined && rolesIn(certificate, organisation).includes(role);
};

const isIdentity = ({ organisation, certificate }: Signer, bytes: Uint8Array): boolean => {
  const { mspId, certPem } = decodeIdentity(bytes, 'invalid_input');
  const named = readCertificate(certPem);
  const isSame = named !== undefined && sameBytes(new Uint8Array(named.rawData), certificate.der);
  return isSame && mspId === organisation.mspId && hasDueUnits(certificate, organisation);
};

/** Whether somebody is whom a policy asks for: by role, or by name. Nobody is what a policy asks for in another way. */
export const isPrincipal = (signer: Signer, principal: Principal): boolean => {
  const bytes = principal.getPrincipal_asU8();
  try {
    if (principal.getPrincipalClassification() === Classification.ROLE) return hasRole(signer, bytes);
    return principal.getPrincipalClassification() === Classification.IDENTITY && isIdentity(signer, bytes);
  } catch (error) {
    if (error instanceof AnlianError) return false;
    throw error;
  }
};
