import { planConsortium } from '../launcher/plan.ts';
import type { FabricMember, Profile } from './plan.ts';

/** STARTING-SET's governors; their addresses play no part here. */
const { members, channel, chaincode } = planConsortium(0);

export { chaincode as CHAINCODE, channel as CHANNEL };

/** As a node names its MSP: `hengyuan` is `HengyuanMSP`. */
export const mspIdOf = (member: string): string => `${member.charAt(0).toUpperCase()}${member.slice(1)}MSP`;

const GOVERNORS = members
  .filter(({ kind }) => kind === 'governor')
  .map(({ member, name }) => ({ member, mspId: mspIdOf(member), name: name.en }));

/** One traitor among the orderers is outvoted from four on: an insurer joins the three. */
const FOURTH = { member: 'tongzhou', mspId: mspIdOf('tongzhou'), name: 'Tongzhou Insurance' };

/** Who founds a network on this machine. */
export const foundersOf = (profile: Profile): readonly FabricMember[] =>
  profile === 'bft4' ? [...GOVERNORS, FOURTH] : GOVERNORS;
