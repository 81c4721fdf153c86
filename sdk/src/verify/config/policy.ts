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

/** How far signatures go towards a policy. */
export interface Judgement {
  readonly isSatisfied: boolean;
  /** Its parts: how many are satisfied, how many must be, how many there are. A policy that nobody can satisfy has none. */
  readonly met: number;
  readonly due: number;
  readonly of: number;
  /** Whom its unsatisfied parts still look for; nobody, once it is satisfied. */
  readonly lacking: readonly Principal[];
}

const UNSATISFIABLE: Judgement = { isSatisfied: false, met: 0, due: 1, of: 0, lacking: [] };

interface Spending extends Judgement {
  /** Each signer stands for one principal. */
  readonly spent: ReadonlySet<Signer>;
}

/** Who may stand for whom, within one policy. */
interface Ballot {
  readonly principals: readonly Principal[];
  readonly signers: readonly Signer[];
}

const judgeSigner = (rule: Rule, { principals, signers }: Ballot, spent: ReadonlySet<Signer>): Spending => {
  const principal = principals[rule.getSignedBy()];
  if (principal === undefined) return { ...UNSATISFIABLE, spent };
  const signer = signers.find((one) => !spent.has(one) && isPrincipal(one, principal));
  if (signer === undefined) return { isSatisfied: false, met: 0, due: 1, of: 1, lacking: [principal], spent };
  return { isSatisfied: true, met: 1, due: 1, of: 1, lacking: [], spent: new Set([...spent, signer]) };
};

/**
 * Holds a rule against the signers that are left. The first who fits is taken: Fabric looks no further either, so another choice would
 * satisfy policies that the ledger held unsatisfied.
 */
const judgeRule = (rule: Rule, ballot: Ballot, spent: ReadonlySet<Signer>, depth: number): Spending => {
  if (depth > MAX_DEPTH) return { ...UNSATISFIABLE, spent };
  if (rule.getTypeCase() === SignaturePolicy.TypeCase.SIGNED_BY) return judgeSigner(rule, ballot, spent);
  const some = rule.getNOutOf();
  const due = some?.getN() ?? 0;
  // A rule that nobody need satisfy would let anybody change what it guards.
  if (some === undefined || due < 1) return { ...UNSATISFIABLE, spent };
  const rules = some.getRulesList();
  const lacking: Principal[] = [];
  let met = 0;
  let now = spent;
  for (const one of rules) {
    const judged = judgeRule(one, ballot, now, depth + 1);
    now = judged.isSatisfied ? judged.spent : now;
    met += judged.isSatisfied ? 1 : 0;
    lacking.push(...judged.lacking);
  }
  const isSatisfied = met >= due;
  return { isSatisfied, met, due, of: rules.length, lacking: isSatisfied ? [] : lacking, spent: now };
};

const rulesIn = (rule: Rule, depth = 1): number =>
  depth > MAX_DEPTH
    ? Number.POSITIVE_INFINITY
    : (rule.getNOutOf()?.getRulesList() ?? []).reduce((count, one) => count + rulesIn(one, depth + 1), 1);

const judgeSignatures = (bytes: Uint8Array, signers: readonly Signer[]): Judgement => {
  const policy = decodeSigned(SignaturePolicyEnvelope, bytes, 'SignaturePolicyEnvelope', 'invalid_input');
  const rule = policy.getRule();
  if (policy.getVersion() !== VERSION || rule === undefined || rulesIn(rule) > MAX_RULES) return UNSATISFIABLE;
  return judgeRule(rule, { principals: policy.getIdentitiesList(), signers }, new Set(), 1);
};

const DUE = new Map<number, (groups: number) => number>([
  [ANY, () => 1],
  [ALL, (groups) => groups],
  [MAJORITY, strictMajority],
]);

/** A policy that counts the groups below its own whose policy of one name is satisfied; a group without such a policy counts against. */
const judgeGroups = (
  elements: Elements,
  group: string,
  bytes: Uint8Array,
  signers: readonly Signer[],
  depth: number,
): Judgement => {
  const policy = decodeSigned(ImplicitMetaPolicy, bytes, 'ImplicitMetaPolicy', 'invalid_input');
  const children = elements.get(keyOf('group', group))?.children ?? [];
  const below = children.flatMap((key) => elements.get(key) ?? []).filter(({ kind }) => kind === 'group');
  const due = DUE.get(policy.getRule())?.(below.length) ?? 0;
  if (due < 1) return UNSATISFIABLE;
  const parts = below.map(({ path }) => judgePolicy(elements, `${path}/${policy.getSubPolicy()}`, signers, depth + 1));
  const met = parts.filter(({ isSatisfied }) => isSatisfied).length;
  const isSatisfied = met >= due;
  return { isSatisfied, met, due, of: parts.length, lacking: isSatisfied ? [] : parts.flatMap((one) => one.lacking) };
};

/** How far the signers go towards the policy of this path. One that is not there, or of a kind not known here, nobody satisfies. */
export const judgePolicy = (elements: Elements, path: string, signers: readonly Signer[], depth = 1): Judgement => {
  const policy = elements.get(keyOf('policy', path));
  if (policy === undefined || depth > MAX_DEPTH) return UNSATISFIABLE;
  if (policy.policyType === Policy.PolicyType.SIGNATURE) return judgeSignatures(policy.content, signers);
  if (policy.policyType !== Policy.PolicyType.IMPLICIT_META) return UNSATISFIABLE;
  return judgeGroups(elements, path.slice(0, path.lastIndexOf('/')), policy.content, signers, depth);
};

export const satisfiesPolicy = (elements: Elements, path: string, signers: readonly Signer[]): boolean =>
  judgePolicy(elements, path, signers).isSatisfied;

/** Path of the policy that guards an element: named from the root, or from the group that the element is or is in. */
export const guardOf = ({ kind, path, modPolicy }: ConfigElement): string => {
  if (modPolicy.startsWith('/')) return modPolicy;
  const group = kind === 'group' ? path : path.slice(0, path.lastIndexOf('/'));
  return `${group}/${modPolicy}`;
};
