import { DAY_MS, type Invite, toBase64Url, toInstant } from '@anlian/contracts';
import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { passInvites } from './tables.ts';
import { textDigest } from './textDigest.ts';

const LIFETIME_MS = 14 * DAY_MS;

/** What is kept of a token. It has 256 random bits, so that a plain hash hides it. */
export const tokenHash = textDigest;

/** The link of an invitation at the node that issues the pass. The token is in the fragment, which no server's log sees. */
export const inviteUrl = (address: string, token: string): string => `${address.replace(/\/+$/, '')}/pass#${token}`;

/** A new single-use invitation to a pass; an earlier one that was not used no longer counts. */
export const invite = async (
  tx: Tx,
  { config, clock, random }: Pick<NodeDeps, 'config' | 'clock' | 'random'>,
  pass: string,
): Promise<Invite> => {
  const token = toBase64Url(random(32));
  const expiresAt = toInstant(clock() + LIFETIME_MS);
  await tx.delete(passInvites).where(and(eq(passInvites.pass, pass), isNull(passInvites.usedAt)));
  await tx.insert(passInvites).values({ tokenHash: tokenHash(token), pass, expiresAt });
  return { url: inviteUrl(config.publicUrl, token), expiresAt };
};
