import { AnlianError } from '@anlian/contracts';
import type { ChannelOrganisation } from './codec/mspOrganisation.ts';

/**
 * A channel's governors, one's own first: its answer counts for more than another's, so that no other may stand in its place.
 * @throws {AnlianError} `submitter_unknown` of a member that the channel's configuration names no more: the others refuse whatever it asks
 */
export const membersFrom = <T extends Pick<ChannelOrganisation, 'mspId'>>(
  application: readonly T[],
  own: string,
): readonly T[] => {
  const first = application.find(({ mspId }) => mspId === own);
  if (!first)
    throw new AnlianError('submitter_unknown', { field: own, detail: 'the channel’s configuration does not name it' });
  return [first, ...application.filter((one) => one !== first)];
};
