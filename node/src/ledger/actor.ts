import { createHash } from 'node:crypto';
import {
  ACTOR_TYPE,
  type ActorClaims,
  type AnyCommand,
  COMMAND_LIFE_SECONDS,
  canonicalBytes,
  commandSubject,
  formatId,
  toBase64Url,
} from '@anlian/contracts';
import { SignJWT } from 'jose';
import type { Clock, Random } from '../clock.ts';
import type { Tx } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import type { Keystore } from '../keys/keystore.ts';
import { cases } from './tables.ts';

export interface ActorSigning {
  readonly issuer: string;
  readonly keys: Keystore;
  /** The node's own member: its key is stored without a name. */
  readonly member: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** The pseudonym of a person for one case (a subject): random, so that nobody but this node links two cases to one person. */
const casePseudonym = async (tx: Tx, author: string, subject: string, random: Random): Promise<string> => {
  const [row] = await tx
    .insert(cases)
    .values({ caseId: formatId('cas', random(16)), author, subject })
    .onConflictDoUpdate({ target: [cases.author, cases.subject], set: { author } })
    .returning({ caseId: cases.caseId });
  if (!row) throw new Error('the case row was not returned');
  return row.caseId;
};

/**
 * Signs a command on behalf of its caller with the actor key of the caller's member.
 * @param accepted when it was first accepted, in seconds since 1970: for a command that is signed again
 */
export const signActor = async (
  { issuer, keys, member, clock, random }: ActorSigning,
  tx: Tx,
  caller: Caller,
  command: AnyCommand,
  accepted?: number,
): Promise<string> => {
  const key = keys.key('actor', caller.org === member ? undefined : caller.org);
  const iat = Math.floor(clock() / 1000);
  const claims: ActorClaims = {
    iss: issuer,
    sub: await casePseudonym(tx, caller.subject, commandSubject(command), random),
    org: caller.org,
    roles: [...caller.roles],
    acr: caller.acr,
    iat,
    ...(accepted === undefined ? {} : { accepted: Math.min(accepted, iat) }),
    exp: iat + COMMAND_LIFE_SECONDS[command.name],
    cmd: toBase64Url(createHash('sha256').update(canonicalBytes(command)).digest()),
  };
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: ACTOR_TYPE, kid: key.descriptor.kid })
    .sign(key.privateKey);
};
