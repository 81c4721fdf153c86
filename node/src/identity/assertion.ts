import { type Configuration, errors } from 'oidc-provider';
import type { Clock } from '../clock.ts';

/** How far ahead an assertion may end: nobody stores one for later, and its replay mark is soon swept. */
const MAX_LIFETIME_S = 300;
const SKEW_S = 15;

/** `JWT` of RFC 7519 and the explicit type of draft-ietf-oauth-rfc7523bis; any other was signed for another purpose. */
const TYPES: readonly unknown[] = [undefined, 'JWT', 'client-authentication+jwt'];

/**
 * What we ask of a client assertion (RFC 7523) beyond the provider's own checks. The audience is the issuer alone: the provider
 * would also take endpoint addresses, which it builds from the request's Host header, so an assertion made for another server
 * could be replayed here.
 */
export const checkAssertion =
  (issuer: string, clock: Clock): NonNullable<Configuration['assertJwtClientAuthClaimsAndHeader']> =>
  (_ctx, { aud, exp, jti }, { typ }) => {
    const nowS = clock() / 1000;
    if (aud !== issuer) throw new errors.InvalidClientAuth('the audience of an assertion is the issuer alone');
    if (!TYPES.includes(typ)) throw new errors.InvalidClientAuth('a JWT of another type is no assertion');
    if (typeof jti !== 'string' || jti.length > 256) throw new errors.InvalidClientAuth('jti is a text of at most 256');
    if (typeof exp !== 'number' || exp > nowS + MAX_LIFETIME_S + SKEW_S) {
      throw new errors.InvalidClientAuth('an assertion ends within five minutes');
    }
    if (exp <= nowS - SKEW_S) throw new errors.InvalidClientAuth('the assertion has expired');
  };
