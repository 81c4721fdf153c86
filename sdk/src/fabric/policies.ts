import { messages, type NodeRole } from '../ledger/index.ts';

const { mspPrincipal, policies } = messages;

const { MSPRole, MSPPrincipal } = mspPrincipal;
const ROLES = {
  admin: MSPRole.MSPRoleType.ADMIN,
  client: MSPRole.MSPRoleType.CLIENT,
  peer: MSPRole.MSPRoleType.PEER,
  orderer: MSPRole.MSPRoleType.ORDERER,
} as const satisfies Record<NodeRole, number>;

const principalOf = (mspId: string, role: NodeRole) => {
  const named = new MSPRole();
  named.setMspIdentifier(mspId);
  named.setRole(ROLES[role]);
  const principal = new MSPPrincipal();
  principal.setPrincipalClassification(MSPPrincipal.Classification.ROLE);
  principal.setPrincipal(named.serializeBinary());
  return principal;
};

const signedBy = (identity: number) => {
  const rule = new policies.SignaturePolicy();
  rule.setSignedBy(identity);
  return rule;
};

/** One signature of the MSP, in any of these roles. */
export const signedByAny = (mspId: string, roles: readonly NodeRole[]) => {
  const one = new policies.SignaturePolicy.NOutOf();
  one.setN(1);
  one.setRulesList(roles.map((_, at) => signedBy(at)));
  const rule = new policies.SignaturePolicy();
  rule.setNOutOf(one);
  const envelope = new policies.SignaturePolicyEnvelope();
  envelope.setRule(rule);
  envelope.setIdentitiesList(roles.map((role) => principalOf(mspId, role)));
  const policy = new policies.Policy();
  policy.setType(policies.Policy.PolicyType.SIGNATURE);
  policy.setValue(envelope.serializeBinary());
  return policy;
};
