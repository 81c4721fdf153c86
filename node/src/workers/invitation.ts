import { AnlianError, type Invite, InviteToken } from '@anlian/contracts';
import type { NodeDeps } from '../deps.ts';
import { inviteUrl } from '../gates/invites.ts';
import { peerUrl } from '../network/store.ts';

/**
 * An invitation whose link leads to the site owner's node at the address that this node's directory has for it. Of the link that the
 * owner answered only the token is taken: a node gone bad could send workers' phones to any place.
 * @throws {AnlianError} `member_unreachable` for a link without a token, and for an owner without an address
 */
export const trustedInvite = async (
  { db, config }: Pick<NodeDeps, 'db' | 'config'>,
  owner: string,
  { url, expiresAt }: Invite,
): Promise<Invite> => {
  const address = owner === config.member ? config.publicUrl : await peerUrl(db, owner);
  const token = InviteToken.safeParse(new URL(url).hash.slice(1)).data;
  if (address === undefined || token === undefined)
    throw new AnlianError('member_unreachable', { detail: `${owner}: an answer that is no invitation` });
  return { url: inviteUrl(address, token), expiresAt };
};
