import { AnlianError, ASSERTION_CODES, apiResource, issuerOf } from '@anlian/contracts';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Caller } from '../http/caller.ts';
import type { Directory } from './directory.ts';
import { publicJwks, type SigningJwks } from './signingKeys.ts';

/** Checks an access token of this node's issuer. @throws {AnlianError} `unauthenticated`, without saying why */
export type Verify = (token: string) => Promise<Caller>;

const Claims = z.object({ sub: z.string(), client_id: z.string(), acr: z.enum(ASSERTION_CODES) });

export interface VerifyDeps {
  readonly config: Pick<Config, 'publicUrl'>;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly jwks: SigningJwks;
}

/** Longer than any token of ours; a longer one is not even parsed. */
const MAX_TOKEN_LENGTH = 4096;

/**
 * Makes the check of RFC 9068 for our own tokens. Organisation and roles are those that the directory has now: whoever was
 * disabled, expelled or has left the node is refused before the token expires.
 */
export const createVerify = ({ config, clock, directory, jwks }: VerifyDeps): Verify => {
  const keys = createLocalJWKSet(publicJwks(jwks));
  const expected = {
    issuer: issuerOf(config.publicUrl),
    audience: apiResource(config.publicUrl),
    typ: 'at+jwt',
    algorithms: ['ES256'],
    requiredClaims: ['exp', 'iat', 'jti'],
  };

  const claimsOf = async (token: string): Promise<z.infer<typeof Claims> | undefined> => {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, { ...expected, currentDate: new Date(clock()) });
      return Claims.safeParse(payload).data;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };

  return async (token) => {
    const claims = await claimsOf(token);
    const caller = claims && (await CALLERS[claims.acr](directory, claims));
    if (!caller) throw new AnlianError('unauthenticated');
    return caller;
  };
};

type CallerOf = (directory: Directory, claims: z.infer<typeof Claims>) => Promise<Caller | undefined>;

/** Whom each kind of sign-in speaks for. Nobody signs in with a passkey yet. */
const CALLERS: Record<z.infer<typeof Claims>['acr'], CallerOf> = {
  machine: async (directory, { sub, client_id }) => {
    const machine = sub === client_id ? await directory.machine(sub) : undefined;
    return machine && { subject: sub, org: machine.org, roles: machine.roles, acr: 'machine' };
  },
  development: async (directory, { sub }) => {
    const person = await directory.person(sub);
    return person && { subject: sub, org: person.org, roles: person.roles, acr: 'development' };
  },
  passkey: async () => undefined,
};
