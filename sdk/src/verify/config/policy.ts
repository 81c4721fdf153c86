import { strictMajority } from '@anlian/contracts';
import { decodeSigned, policies } from '../../ledger/codec/messages.ts';
import { type ConfigElement, type Elements, keyOf } from './elements.ts';
import { isPrincipal, type Principal } from './principal.ts';
import type { Signer } from './signers.ts';

const { ImplicitMetaPolicy, Policy, SignaturePolicy, SignaturePolicyEnvelope } = policies;
const { ANY, ALL, MAJORITY } = ImplicitMetaPolicy.Rule;

type Rule = InstanceType<typeof SignaturePolicy>;

/** Rules within rules, and policies that count policies: people write two or three levels. */
const MAX_DEPTH = 16;
/** People write a dozen; each is held against every signer, so more are written to keep a verifier busy. */
const MAX_RULES = 1_000;
/** The only version of the language that there is. */
const VERSION = 0;

/**
 * Which signers are spent once a rule is satisfied; undefined when it is not. Each signer stands for one principal, and the first
 * that fits is taken: Fabric looks no further either, so another choice would satisfy policies that the ledger held unsatisfied.
 */
const spend = (
  rule: Rule,
  principals: readonly Principal[],
  signers: readonly Signer[],
  spent: ReadonlySet<Signer>,
  depth: number,
): ReadonlySet<Signer> | undefined => {
  if (depth > MAX_DEPTH) return undefined;
  if (rule.getTypeCase() === SignaturePolicy.TypeCase.SIGNED_BY) {
    const principal = principals[rule.getSignedBy()];
    const signer = principal && signers.find((one) => !spent.has(one) && isPrincipal(one, principal));
    return signer && new Set([...spent, signer]);
  }
  const some = rule.getNOutOf();
  // A rule that nobody need satisfy would let anybody change what it guards.
  if (some === undefined || some.getN() < 1) return undefined;
  let satisfied = 0;
  let now = spent;
  for (const one of some.getRulesList()) {
    const after = spend(one, principals, signers, now, depth + 1);
    if (after === undefined) continue;
    satisfied += 1;
    now = after;
  }
  return satisfied >= some.getN() ? now : undefined;
};

const rulesIn = (rule: Rule, depth = 1): number =>
  depth > MAX_DEPTH
    ? Number.POSITIVE_INFINITY
    : (rule.getNOutOf()?.getRulesList() ?? []).reduce((count, one) => count + rulesIn(one, depth + 1), 1);

const satisfiesSignatures = (bytes: Uint8Array, signers: readonly Signer[]): boolean => {
  const policy = decodeSigned(SignaturePolicyEnvelope, bytes, 'SignaturePolicyEnvelope', 'invalid_input');
  const rule = policy.getRule();
  if (policy.getVersion() !== VERSION || rule === undefined || rulesIn(rule) > MAX_RULES) return false;
  return spend(rule, policy.getIdentitiesList(), signers, new Set(), 1) !== undefined;
};

const DUE = new Map<number, (groups: number) => number>([
  [ANY, () => 1],
  [ALL, (groups) => groups],
  [MAJORITY, strictMajority],
]);

/** A policy that counts the groups below its own whose policy of one name is satisfied; a group without such a policy counts against. */
const satisfiesGroups = (
  elements: Elements,
  group: string,
  bytes: Uint8Array,
  signers: readonly Signer[],
  depth: number,
): boolean => {
  const policy = decodeSigned(ImplicitMetaPolicy, bytes, 'ImplicitMetaPolicy', 'invalid_input');
  const children = elements.get(keyOf('group', group))?.children ?? [];
  const below = children.flatMap((key) => elements.get(key) ?? []).filter(({ kind }) => kind === 'group');
  const name = policy.getSubPolicy();
  const satisfied = below.filter(({ path }) => satisfiesPolicy(elements, `${path}/${name}`, signers, depth + 1));
  const due = DUE.get(policy.getRule())?.(below.length) ?? Number.POSITIVE_INFINITY;
  return due >= 1 && satisfied.length >= due;
};

/** Whether the signers satisfy the policy of this path. One that is not there, or of a kind not known here, nobody satisfies. */
export const satisfiesPolicy = (elements: Elements, path: string, signers: readonly Signer[], depth = 1): boolean => {
  const policy = elements.get(keyOf('policy', path));
  if (policy === undefined || depth > MAX_DEPTH) return false;
  if (policy.policyType === Policy.PolicyType.SIGNATURE) return satisfiesSignatures(policy.content, signers);
  const group = path.slice(0, path.lastIndexOf('/'));
  return (
    policy.policyType === Policy.PolicyType.IMPLICIT_META &&
    satisfiesGroups(elements, group, policy.content, signers, depth)
  );
};

/** Path of the policy that guards an element: named from the root, or from the group that the element is or is in. */
export const guardOf = ({ kind, path, modPolicy }: ConfigElement): string => {
  if (modPolicy.startsWith('/')) return modPolicy;
  const group = kind === 'group' ? path : path.slice(0, path.lastIndexOf('/'));
  return `${group}/${modPolicy}`;
};
