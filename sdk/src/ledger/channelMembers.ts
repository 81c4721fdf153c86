import type { ChannelOrganisation } from './codec/configuration.ts';

/** MSP ids of a channel's governors, one's own first. */
export const membersFrom = (application: readonly Pick<ChannelOrganisation, 'mspId'>[], own: string): string[] => [
  own,
  ...application.map(({ mspId }) => mspId).filter((mspId) => mspId !== own),
];
