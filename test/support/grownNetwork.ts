import {
  type ChaincodeBundle,
  ensureMaterial,
  type FabricPlan,
  fabricDown,
  fabricUp,
  type OrganisationPlan,
  planWith,
} from '@anlian/consortium/fabric';
import { type FabricNetwork, mspOf, noProgress } from './fabricNetwork.ts';
import { fabricBinaries } from './fabricParts.ts';
import { DINGGU } from './gateLists.ts';
import { freshKey, type Governor } from './governors.ts';

/** A network with a fourth organisation, which nobody has let in yet. */
export interface GrownNetwork extends FabricNetwork {
  readonly newcomer: Governor;
  readonly organisation: OrganisationPlan;
}

const NAME = 'tongzhou';

/** An organisation of the network as a governor, with an actor key of its own. */
export const governorOf = (organisation: OrganisationPlan): Governor => {
  const { member, mspId } = organisation;
  const actor = freshKey('actor');
  return {
    member,
    company: DINGGU,
    mspId,
    msp: mspOf(organisation),
    descriptor: { member, company: DINGGU, kind: 'governor', mspId, keys: [actor.descriptor] },
    actor: actor.privateKey,
  };
};

const upWith = async (plan: FabricPlan, bundle: ChaincodeBundle): Promise<void> => {
  const sources = { crypto: globalThis.crypto, now: new Date() };
  const binaries = await fabricBinaries();
  await fabricUp({ plan, binaries, sources, bundle, progress: noProgress, signal: new AbortController().signal });
};

/** Makes a fourth organisation's keys; `up` starts its parts too, once it is on the channel, with this bundle as everybody's code. */
export const growNetwork = async (network: FabricNetwork, bundle: ChaincodeBundle): Promise<GrownNetwork> => {
  const plan = planWith(network.plan, { member: NAME, mspId: `${NAME}MSP`, name: NAME });
  const organisation = plan.organisations.find(({ member }) => member === NAME);
  if (!organisation) throw new Error(`no organisation of ${NAME}`);
  await ensureMaterial(organisation, { crypto: globalThis.crypto, now: new Date() });
  return {
    ...network,
    plan,
    newcomer: governorOf(organisation),
    organisation,
    organisationOf: (governor) => (governor.member === NAME ? organisation : network.organisationOf(governor)),
    up: () => upWith(plan, bundle),
    down: async () => {
      await fabricDown(plan);
    },
  };
};
