import {
  AnlianError,
  CREDIT_POLICY_1,
  type GenesisPolicy,
  type MemberDescriptor,
  type ProposedAction,
  strictMajority,
  toInstant,
} from '@anlian/contracts';
import type { SignIn } from './people.ts';
import type { ConsortiumPlan, MemberPlan } from './plan.ts';

export interface Governance {
  readonly plan: ConsortiumPlan;
  readonly signIn: SignIn;
}

export const governorsOf = (plan: ConsortiumPlan): MemberPlan[] =>
  plan.members.filter((member) => member.kind === 'governor');

/** What the founders agree on: who attests, who witnesses, and the development sign-in named for what it is. The embedded ledger has one operator. */
export const genesisPolicy = (plan: ConsortiumPlan, descriptors: readonly MemberDescriptor[]): GenesisPolicy => ({
  v: 1,
  channel: plan.channel,
  chaincode: plan.chaincode,
  k: plan.fabric ? strictMajority(governorsOf(plan).length) : 1,
  witnesses: plan.fabric ? strictMajority(governorsOf(plan).length - 1) : 0,
  voteAssertions: ['development'],
  personAssertions: ['development'],
  governors: descriptors.filter((descriptor) => descriptor.kind === 'governor'),
});

/** The first governor proposes the genesis policy, the others confirm it. May be repeated. */
export const foundChannel = async (
  { plan, signIn }: Governance,
  descriptors: readonly MemberDescriptor[],
): Promise<void> => {
  const [first, ...others] = governorsOf(plan);
  if (!first) throw new RangeError('a channel needs a governor');
  const policy = genesisPolicy(plan, descriptors);
  const { genesis } = await signIn(first, 'governor-delegate').foundChannel({
    body: { policy },
    idempotencyKey: 'found',
  });
  if (genesis === null) throw new AnlianError('channel_not_founded');
  await Promise.all(
    others.map(async (governor) => {
      const delegate = signIn(governor, 'governor-delegate');
      await until(async () => (await delegate.getChannel({})).genesis === genesis);
      await delegate.confirmChannel({ body: { genesis }, idempotencyKey: 'confirm' });
    }),
  );
};

/** One governor proposes, as many more vote for it as a strict majority takes. May be repeated: the step's name is its key. */
export const decide = async ({ plan, signIn }: Governance, step: string, proposed: ProposedAction): Promise<void> => {
  const [proposer, ...others] = governorsOf(plan);
  if (!proposer) throw new RangeError('a vote needs a governor');
  const { proposal } = await signIn(proposer, 'governor-delegate').openProposal({
    body: { proposed },
    idempotencyKey: step,
  });
  const votesNeeded = strictMajority(others.length + 1);
  for (const governor of others.slice(0, votesNeeded - 1)) {
    await signIn(governor, 'governor-delegate').vote({
      params: { proposal },
      body: { vote: 'for' },
      idempotencyKey: step,
    });
  }
};

/** The first credit policy, in force from two years ago so that imported facts fall under it. */
export const adoptPolicy = (governance: Governance, effectiveAtMs: number): Promise<void> =>
  decide(governance, 'policy', {
    action: 'credit.adopt_policy',
    policy: CREDIT_POLICY_1,
    effectiveAt: toInstant(effectiveAtMs),
  });

/** Another member's node follows the ledger a moment behind the first one's. */
const until = async (holds: () => Promise<boolean>, retryMs = 25): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, retryMs));
};
