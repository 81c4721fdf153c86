import { readChannelConfig } from '@anlian/sdk/fabric';
import type { ChannelConfiguration, IssuingSources } from '@anlian/sdk/ledger';
import { administrationOf } from './administration.ts';
import type { FabricPlan, OrganisationPlan } from './plan.ts';

const newest = (configurations: readonly ChannelConfiguration[]): ChannelConfiguration | undefined =>
  configurations.toSorted((a, b) => b.sequence - a.sequence)[0];

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
  const configuration = newest(read.flat());
  if (!configuration) return [];
  const configured = new Set(configuration.application.map(({ mspId }) => mspId));
  return plan.organisations.filter(({ mspId }) => !configured.has(mspId)).map(({ member }) => member);
};
