import type { ChannelOrganisation } from './codec/configuration.ts';

/** MSP ids of a channel's governors, one's own first, unless the channel no longer names it: then nobody asks it. */
export const membersFrom = (application: readonly Pick<ChannelOrganisation, 'mspId'>[], own: string): string[] => {
  const mspIds = application.map(({ mspId }) => mspId);
  return [...mspIds.filter((mspId) => mspId === own), ...mspIds.filter((mspId) => mspId !== own)];
};
