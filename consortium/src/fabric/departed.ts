import { readChannelConfig } from '@anlian/sdk/fabric';
import type { IssuingSources } from '@anlian/sdk/ledger';
import { administrationOf } from './administration.ts';
import { stopDaemon } from './daemons.ts';
import type { FabricPlan, OrganisationPlan } from './plan.ts';
import { everyDaemon } from './programs.ts';

/** A member of the plan that the channel's configuration no longer names, by others' hands. */
export interface Departed {
  readonly member: string;
  /** The newest configuration that the peers of those on the channel have. */
  readonly configuration: number;
}

interface Configured {
  readonly sequence: number;
  readonly mspIds: ReadonlySet<string>;
}

const configuredAt = async (
  plan: FabricPlan,
  organisation: OrganisationPlan,
  sources: IssuingSources,
): Promise<Configured | undefined> => {
  try {
    const { sequence, application } = await readChannelConfig(await administrationOf(plan, organisation, sources));
    return { sequence, mspIds: new Set(application.map(({ mspId }) => mspId)) };
  } catch {
    return undefined;
  }
};

/**
 * Who of the plan is off the channel. Told only when the peer of everybody whom the newest configuration names has answered: one that
 * is behind does not know a newcomer yet. The peer of a member that was taken off may not have heard of it and answers with an older one.
 */
export const departedFrom = async (plan: FabricPlan, sources: IssuingSources): Promise<Departed[]> => {
  const { organisations } = plan;
  const answers = await Promise.all(
    organisations.map(async (one) => [one.mspId, await configuredAt(plan, one, sources)] as const),
  );
  const newest = answers
    .flatMap(([, configured]) => configured ?? [])
    .reduce<Configured | undefined>((best, one) => (best && best.sequence >= one.sequence ? best : one), undefined);
  const haveAnswered = answers.every(([mspId, configured]) => configured || !newest?.mspIds.has(mspId));
  if (!newest || !haveAnswered) return [];
  return organisations
    .filter(({ mspId }) => !newest.mspIds.has(mspId))
    .map(({ member }) => ({ member, configuration: newest.sequence }));
};

/** The plan of those who stay. */
export const planOfOthers = (plan: FabricPlan, departed: readonly Departed[]): FabricPlan => {
  const left = new Set(departed.map(({ member }) => member));
  return { ...plan, organisations: plan.organisations.filter(({ member }) => !left.has(member)) };
};

/** Stops what runs of them, as their removal by this machine's own command does. */
export const stopDeparted = async (plan: FabricPlan, departed: readonly Departed[]): Promise<void> => {
  const staying = new Set(everyDaemon(planOfOthers(plan, departed)).map(({ name }) => name));
  const theirs = everyDaemon(plan).filter(({ name }) => !staying.has(name));
  await Promise.all(theirs.map(stopDaemon));
};

export const departedText = ({ member, configuration }: Departed): string =>
  `  ! ${member} 已不在通道（配置 ${configuration}），没有启动 is no longer in the channel (configuration ${configuration}), not started: npm run fabric:member -- remove ${member}`;
