import { AnlianError, VerificationError } from '@anlian/contracts';
import type { ChannelConfiguration, NodeRole } from '../ledger/index.ts';
import { areRulesKnown, guardsOf } from '../verify/config/authorise.ts';
import { type Rules, rulesOf } from '../verify/config/configuration.ts';
import { type Judgement, judgePolicy } from '../verify/config/policy.ts';
import { isPrincipal, type Principal, wantedBy } from '../verify/config/principal.ts';
import type { Signer } from '../verify/config/signers.ts';
import { openUpdate } from '../verify/config/update.ts';
import { fingerprintOf } from './authorities.ts';

/** What an update must satisfy: the channel's own policies that guard what it changes, by path. */
export interface Ballot {
  readonly rules: Rules;
  readonly guards: readonly string[];
}

/** Whose signature a policy still looks for. */
export interface Signatory {
  /** Its group's name in the configuration; empty where the channel has no such organisation. */
  readonly name: string;
  readonly mspId: string;
  /** Undefined where the policy names one certificate. */
  readonly role: NodeRole | 'member' | undefined;
  /** Whom that certificate names. */
  readonly subject: string | undefined;
}

/** One of the policies, and how far the signatures go towards it. */
export interface DuePolicy extends Omit<Judgement, 'lacking'> {
  /** `/Channel/Application/Admins` */
  readonly path: string;
  readonly lacking: readonly Signatory[];
}

/**
 * What the channel asks for an update.
 * @throws {AnlianError} `fabric_rules_unknown`; `ledger_corrupt` for a configuration that no channel has
 */
export const ballotOf = (present: ChannelConfiguration, update: Uint8Array): Ballot => {
  if (!areRulesKnown(present))
    throw new AnlianError('fabric_rules_unknown', { field: 'Capabilities', detail: present.capabilities.join(', ') });
  try {
    const rules = rulesOf(present);
    return { rules, guards: guardsOf(rules.elements, openUpdate(update, [])) };
  } catch (cause) {
    if (!(cause instanceof VerificationError)) throw cause;
    throw new AnlianError('ledger_corrupt', { field: 'configuration', detail: cause.detail, cause });
  }
};

/** Whether one of the policies looks for somebody like this. */
export const counts = ({ rules: { elements }, guards }: Ballot, signer: Signer): boolean =>
  guards.some((guard) => judgePolicy(elements, guard, []).lacking.some((principal) => isPrincipal(signer, principal)));

const subjectOf = (certPem: string): string => {
  try {
    return fingerprintOf(certPem).subject;
  } catch {
    return '';
  }
};

const signatoryOf = (principal: Principal, { msps }: Rules): Signatory[] => {
  const wanted = wantedBy(principal);
  if (wanted === undefined) return [];
  const { mspId } = wanted;
  const name = msps.get(mspId)?.name ?? '';
  return 'role' in wanted
    ? [{ name, mspId, role: wanted.role, subject: undefined }]
    : [{ name, mspId, role: undefined, subject: subjectOf(wanted.certPem) }];
};

/** Each once: a policy may ask for one role in several of its parts. */
export const distinct = (signatories: readonly Signatory[]): Signatory[] => [
  ...new Map(signatories.map((one) => [JSON.stringify(one), one])).values(),
];

/** How far these signers go, as Fabric would count them. */
export const judge = ({ rules, guards }: Ballot, signers: readonly Signer[]): DuePolicy[] =>
  guards.map((path) => {
    const judged = judgePolicy(rules.elements, path, signers);
    return { ...judged, path, lacking: distinct(judged.lacking.flatMap((principal) => signatoryOf(principal, rules))) };
  });
