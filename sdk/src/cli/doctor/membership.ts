import { fromBase64Url, type TrustBundle } from '@anlian/contracts';
import { decodeBlock, decodeConfiguration } from '../../ledger/index.ts';
import type { Finding } from './findings.ts';
import type { Probed } from './probe.ts';

const FAULT = 'invalid_input';

/** The newest list that a governor's node of a Fabric network publishes; null where none does. */
export const newestPublished = (probed: readonly Probed[]): TrustBundle | null => {
  const published = probed.flatMap(({ published: one }) => one ?? []).filter(({ ledger }) => ledger === 'fabric');
  return published.toSorted((a, b) => b.asOf.height - a.asOf.height)[0] ?? null;
};

/** MSP ids of the organisations that the newest configuration block names; null where it cannot be read. */
export const configuredMsps = ({ genesis, updates }: TrustBundle): readonly string[] | null => {
  try {
    const [envelope] = decodeBlock(fromBase64Url(updates.at(-1) ?? genesis), FAULT).envelopes;
    return envelope ? decodeConfiguration(envelope, FAULT).application.map(({ mspId }) => mspId) : null;
  } catch {
    return null;
  }
};

/**
 * Where the governors by the chaincode's rules and the organisations of the channel's configuration differ. Votes change the former,
 * administrators' signatures the latter, and Fabric counts endorsements by the latter.
 */
export const judgeMembership = (probed: readonly Probed[]): Finding[] => {
  const published = newestPublished(probed);
  const configured = published && configuredMsps(published);
  if (!published || !configured) return [];
  const governors = published.members.filter(({ kind }) => kind === 'governor');
  const ofMsp = (mspId: string) => governors.filter((governor) => governor.mspId === mspId);
  const extra = configured.flatMap((mspId): Finding[] => {
    const own = ofMsp(mspId);
    if (own.some(({ to }) => to === null)) return [];
    const last = own.at(-1);
    return last
      ? [{ code: 'expelled_configured', subject: last.member, detail: mspId }]
      : [{ code: 'configured_unadmitted', subject: mspId, detail: '' }];
  });
  const lacking = governors
    .filter(({ to, mspId }) => to === null && mspId !== null && !configured.includes(mspId))
    .map(({ member, mspId }): Finding => ({ code: 'admitted_unconfigured', subject: member, detail: mspId ?? '' }));
  return [...extra, ...lacking];
};
