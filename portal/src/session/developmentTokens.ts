import { AnlianError, DEVELOPMENT_GRANT, type IdentityInfo, type Persona } from '@anlian/contracts';
import type { TokenSource } from '@anlian/sdk';
import * as z from 'zod';

/** The one client that a development node lets in without a key: its own pages. */
const CLIENT_ID = 'portal';
/** A token is renewed this long before its end. */
const RENEW_BEFORE_MS = 60_000;

const Granted = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const Refused = z.object({ error: z.string(), error_description: z.string().optional() });

export interface DevelopmentSignIn {
  readonly identity: Pick<IdentityInfo, 'resource' | 'scope'>;
  readonly person: Persona;
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/**
 * Tokens of the development sign-in, held in memory only: they prove nobody's identity.
 * `token` rejects with `unauthenticated` and the issuer's reason when the node refuses.
 */
export const developmentTokens = ({ identity, person, fetch, clock }: DevelopmentSignIn): TokenSource => {
  let held: { readonly token: string; readonly renewAtMs: number } | undefined;
  const renew = async (): Promise<string> => {
    // The issuer is on the page's own origin, and nothing else may be asked from here.
    const response = await fetch('/oidc/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: DEVELOPMENT_GRANT,
        client_id: CLIENT_ID,
        person,
        resource: identity.resource,
        scope: identity.scope,
      }),
    });
    const body: unknown = await response.json().catch(() => undefined);
    const granted = Granted.safeParse(body);
    if (!response.ok || !granted.success) throw refusal(body);
    held = { token: granted.data.access_token, renewAtMs: clock() + granted.data.expires_in * 1000 - RENEW_BEFORE_MS };
    return held.token;
  };
  return {
    token: async () => (held && clock() < held.renewAtMs ? held.token : renew()),
    forget: () => {
      held = undefined;
    },
  };
};

const refusal = (body: unknown): AnlianError => {
  const refused = Refused.safeParse(body);
  return new AnlianError(
    'unauthenticated',
    refused.success ? { detail: refused.data.error_description ?? refused.data.error } : {},
  );
};
