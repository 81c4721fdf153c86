import { API_SCOPE, apiResource, DEVELOPMENT_GRANT, issuerOf, type Persona } from '@anlian/contracts';
import type { JWK } from 'jose';
import { clientCredentials, type TokenSource } from './token.ts';

export interface DevelopmentSignIn {
  readonly fetch: typeof fetch;
  /** Address of the node, without a trailing slash. */
  readonly url: string;
  /** The key of whoever runs the local consortium: its nodes know the public half. */
  readonly operatorKey: JWK;
  readonly person: Persona;
  /** The node's own member, or a tenant of it. */
  readonly org: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly random: (length: number) => Uint8Array;
}

/** Tokens of the labelled development sign-in: whoever holds the operator's key is any persona. A node in production refuses it. */
export const developmentTokens = ({ url, operatorKey, person, org, ...rest }: DevelopmentSignIn): TokenSource =>
  clientCredentials({
    ...rest,
    issuer: issuerOf(url),
    clientId: 'operator',
    privateJwk: operatorKey,
    resource: apiResource(url),
    scope: API_SCOPE,
    extra: { grant_type: DEVELOPMENT_GRANT, person, org },
  });
