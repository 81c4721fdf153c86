import { type ChannelConfig, governorsOf, readChannelConfig } from '@anlian/sdk/fabric';
import type { IssuingSources } from '@anlian/sdk/ledger';
import { administrationOf } from './administration.ts';
import type { FabricPlan, OrganisationPlan } from './plan.ts';

const newest = (configs: readonly ChannelConfig[]): ChannelConfig | undefined =>
  configs.toSorted((a, b) => b.config.getSequence() - a.config.getSequence())[0];

/**
 * Members of the plan that the channel's configuration no longer names. The peer of one that was taken off may not have heard of it and
 * answers with an older configuration, so the newest that any peer has counts; none is missed where no peer answers.
 */
export const membersOff = async (
  plan: FabricPlan,
  answering: readonly OrganisationPlan[],
  sources: IssuingSources,
): Promise<string[]> => {
  const read = await Promise.all(
    answering.map(async (one) => {
      try {
        return [await readChannelConfig(await administrationOf(plan, one, sources))];
      } catch {
        return [];
      }
    }),
  );
  const config = newest(read.flat());
  if (!config) return [];
  const configured = new Set(governorsOf(config).map(({ mspId }) => mspId));
  return plan.organisations.filter(({ mspId }) => !configured.has(mspId)).map(({ member }) => member);
};
