import { AnlianError } from '@anlian/contracts';
import {
  type NodeRole,
  readCertificate,
  readIdentity,
  type SerializedIdentity,
  sameBytes,
} from '../../ledger/codec/index.ts';
import { decodeSigned, mspPrincipal } from '../../ledger/codec/messages.ts';
import { hasDueUnits, isListedAdministrator, rolesIn } from './membership.ts';
import type { Signer } from './signers.ts';

const { MSPPrincipal, MSPRole } = mspPrincipal;
const { Classification } = MSPPrincipal;
const { MSPRoleType } = MSPRole;

export type Principal = InstanceType<typeof MSPPrincipal>;

const ROLES = new Map<number, NodeRole | 'member'>([
  [MSPRoleType.MEMBER, 'member'],
  [MSPRoleType.ADMIN, 'admin'],
  [MSPRoleType.CLIENT, 'client'],
  [MSPRoleType.PEER, 'peer'],
  [MSPRoleType.ORDERER, 'orderer'],
]);

/** Whom a policy asks for: anybody of an MSP who has a role there, or the holder of one certificate. */
export type Wanted = { readonly mspId: string; readonly role: NodeRole | 'member' } | SerializedIdentity;

const readRole = (bytes: Uint8Array): Wanted | undefined => {
  const principal = decodeSigned(MSPRole, bytes, 'MSPRole', 'invalid_input');
  const role = ROLES.get(principal.getRole());
  return role && { mspId: principal.getMspIdentifier(), role };
};

/** Whom a principal names; undefined where a policy asks in another way, which nobody answers to. */
export const wantedBy = (principal: Principal): Wanted | undefined => {
  const bytes = principal.getPrincipal_asU8();
  try {
    if (principal.getPrincipalClassification() === Classification.ROLE) return readRole(bytes);
    if (principal.getPrincipalClassification() !== Classification.IDENTITY) return undefined;
    return readIdentity(bytes, 'invalid_input');
  } catch (error) {
    if (error instanceof AnlianError) return undefined;
    throw error;
  }
};

const hasRole = ({ organisation, certificate }: Signer, role: NodeRole | 'member'): boolean => {
  if (role === 'admin' && isListedAdministrator(certificate, organisation)) return true;
  if (!hasDueUnits(certificate, organisation)) return false;
  if (role === 'member') return true;
  return organisation.roles !== undefined && rolesIn(certificate, organisation).includes(role);
};

const isHolder = ({ organisation, certificate }: Signer, certPem: string): boolean => {
  const named = readCertificate(certPem);
  const isSame = named !== undefined && sameBytes(new Uint8Array(named.rawData), certificate.der);
  return isSame && hasDueUnits(certificate, organisation);
};

/** Whether somebody is whom a policy asks for: by role, or by name. */
export const isPrincipal = (signer: Signer, principal: Principal): boolean => {
  const wanted = wantedBy(principal);
  if (wanted === undefined || wanted.mspId !== signer.organisation.mspId) return false;
  return 'role' in wanted ? hasRole(signer, wanted.role) : isHolder(signer, wanted.certPem);
};
