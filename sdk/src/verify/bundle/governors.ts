import { type CheckName, instantMs, type TrustedMember } from '@anlian/contracts';
import { organisationsAt } from '../config/terms.ts';
import { ensure } from './form.ts';
import { CLOCKS_DIFFER_MS, isWithin } from './interval.ts';
import type { TrustedChannel } from './trust.ts';

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

const strictMajority = (count: number): number => Math.floor(count / 2) + 1;

/** Whether a member belonged to the network at that time, however wrong the clocks were. */
const isSurelyWithin = ({ from, to }: TrustedMember, ms: number): boolean =>
  ms >= instantMs(from) + CLOCKS_DIFFER_MS && (to === null || ms < instantMs(to) - CLOCKS_DIFFER_MS);

/**
 * How many members must have signed at a time on the ledger's clock: as many as the trust file says, and on Fabric a strict majority of
 * the governors. Members come and go on the ledger a little before the channel's configuration follows, whose majority a client asks.
 */
export const signaturesDue = ({ trust, submitters }: TrustedChannel, ms: number): SignaturesDue => {
  if (trust.ledger === 'embedded') return { least: trust.k, most: trust.k };
  const governors = trust.members.filter(({ kind }) => kind === 'governor');
  const surely = governors.filter((governor) => isSurelyWithin(governor, ms)).length;
  const possibly = governors.filter((governor) => isWithin(governor, ms)).length;
  const moment = { ms, clocksDifferMs: CLOCKS_DIFFER_MS };
  const onChannel = [...submitters.values()].filter((terms) => organisationsAt(terms, moment).length > 0).length;
  return {
    least: Math.max(trust.k, strictMajority(surely)),
    most: Math.max(trust.k, strictMajority(Math.max(possibly, onChannel))),
  };
};
