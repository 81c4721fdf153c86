import { type CheckName, instantMs, strictMajority, type TrustedMember } from '@anlian/contracts';
import { configurationBefore, configurationsAt } from '../config/chain.ts';
import type { Configuration } from '../config/configuration.ts';
import { ensure } from '../form.ts';
import type { Under } from './identities.ts';
import { CLOCKS_DIFFER_MS, isWithin } from './interval.ts';
import { newestConfiguration, type TrustedChannel } from './trust.ts';

/**
 * The MSP is that of a governor, a member at that time on the ledger's clock; for what `windsDown`, that had become one.
 * @throws VerificationError `check`
 */
export const requireGovernor = (
  { trust }: TrustedChannel,
  mspId: string,
  ms: number,
  check: CheckName,
  { windsDown = false }: { readonly windsDown?: boolean } = {},
): void => {
  const governor = trust.members.find((member) => member.kind === 'governor' && member.mspId === mspId);
  const holds = governor !== undefined && isWithin(windsDown ? { ...governor, to: null } : governor, ms);
  ensure(holds, check, 'not a governor at that time');
};

/** Signatures that something of the ledger needs: no fewer, and in a proof no more, or one proof would have many forms. */
export interface SignaturesDue {
  readonly least: number;
  readonly most: number;
}

const mspsOf = ({ application }: Configuration): readonly string[] => [
  ...new Set(application.map(({ mspId }) => mspId)),
];

const configurationsUnder = (channel: TrustedChannel, atMs: number, under?: Under): readonly Configuration[] => {
  if (under === undefined) return configurationsAt(channel.configurations, atMs, CLOCKS_DIFFER_MS);
  return [under === 'newest' ? newestConfiguration(channel) : configurationBefore(channel.configurations, under.block)];
};

/**
 * How many members must have signed: on the embedded ledger as many as the file says, which is the one operator; on Fabric a strict
 * majority of the governors that the channel's configuration named then. Whoever makes a trust file can leave governors out of its list
 * and lower its `k`; the configurations hang on the genesis block.
 */
export const signaturesDue = (channel: TrustedChannel, atMs: number, under?: Under): SignaturesDue => {
  if (channel.trust.ledger === 'embedded') return { least: channel.trust.k, most: channel.trust.k };
  const due = configurationsUnder(channel, atMs, under).map((one) => strictMajority(mspsOf(one).length));
  return { least: Math.min(...due), most: Math.max(...due) };
};

/**
 * Fewest cosignatures that a checkpoint of this member's log needs: a majority of the governors that the channel's configuration names
 * besides. One that the members had expelled by then does not count, although the channel may follow later; the trust file's word is
 * taken for that, as for the log keys themselves.
 */
export const witnessesDue = (channel: TrustedChannel, owner: string, atMs: number): number => {
  const { ledger, members } = channel.trust;
  if (ledger === 'embedded') return 0;
  const mayHaveLeft = ({ to }: TrustedMember): boolean => to !== null && atMs >= instantMs(to) - CLOCKS_DIFFER_MS;
  const without = members.flatMap((one) => (one.member === owner || mayHaveLeft(one) ? (one.mspId ?? []) : []));
  const due = configurationsAt(channel.configurations, atMs, CLOCKS_DIFFER_MS).map((configuration) => {
    const others = mspsOf(configuration).filter((mspId) => !without.includes(mspId));
    return others.length === 0 ? 0 : strictMajority(others.length);
  });
  return Math.min(...due);
};
