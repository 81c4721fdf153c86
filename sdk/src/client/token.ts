import { AnlianError, toBase64Url } from '@anlian/contracts';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import * as z from 'zod';

/** How a client proves its key: the private JWK itself, or a function that signs with it (ES256, r||s). */
export type ClientKey =
  | { readonly privateJwk: JWK }
  | { readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array> };

export type ClientCredentials = ClientKey & {
  readonly fetch: typeof fetch;
  /** Issuer identifier of the node at which to sign in. */
  readonly issuer: string;
  readonly clientId: string;
  /** Names the key where the issuer knows several; left out, it tries them all. */
  readonly kid?: string | undefined;
  /** Resource indicator (RFC 8707): the node's API. */
  readonly resource: string;
  readonly scope: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Fresh random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Further parameters of the token request; `grant_type` may be replaced. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
  /** How long the issuer may take; 10 s by default. */
  readonly timeoutMs?: number | undefined;
};

export interface TokenSource {
  /**
   * An access token that is good for some time yet.
   * @throws {AnlianError} `unauthenticated` when the issuer refuses, its OAuth error in `detail`; `internal_error` when what it
   *   answers makes no sense. An issuer that cannot be reached rejects as `fetch` does.
   */
  token(): Promise<string>;
  /** Drops the token held: the API has refused it. */
  forget(): void;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Longer than two honest clocks may differ on the ledger (120 s): a node whose clock is behind must still be able to sign in. */
const ASSERTION_LIFETIME_S = 180;
/** A token is renewed this long before its end, or after half its life when that is shorter. */
const RENEW_BEFORE_MS = 60_000;

const Metadata = z.object({ issuer: z.string(), token_endpoint: z.url() });
const Granted = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive(),
});
const Refused = z.object({ error: z.string().regex(/^[a-z_]{1,64}$/) });

/** Tokens by `client_credentials` with `private_key_jwt` (RFC 6749 section 4.4, RFC 7523). Callers at once share one request. */
export const clientCredentials = (options: ClientCredentials): TokenSource => {
  const { clock } = options;
  const sign = signerOf(options);
  let endpoint: Promise<string> | undefined;
  let held: { token: string; renewAtMs: number } | undefined;
  let running: Promise<string> | undefined;

  const renew = async (): Promise<string> => {
    endpoint ??= discover(options);
    const url = await endpoint.catch((error: unknown) => {
      endpoint = undefined;
      throw error;
    });
    const askedAtMs = clock();
    const granted = await exchange(options, url, await assert(options, sign));
    const lifeMs = granted.expires_in * 1000;
    held = { token: granted.access_token, renewAtMs: askedAtMs + lifeMs - Math.min(RENEW_BEFORE_MS, lifeMs / 2) };
    return granted.access_token;
  };

  return {
    token: async () => {
      if (held && clock() < held.renewAtMs) return held.token;
      running ??= renew().finally(() => {
        running = undefined;
      });
      return running;
    },
    forget: () => {
      held = undefined;
    },
  };
};

type Sign = (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

const signerOf = (key: ClientKey): Sign => {
  if ('sign' in key) return async (message) => key.sign(message);
  let imported: Promise<CryptoKey | Uint8Array> | undefined;
  return async (message) => {
    imported ??= importJWK(key.privateJwk, 'ES256');
    const privateKey = await imported;
    if (privateKey instanceof Uint8Array) throw new TypeError('a client signs with a private key of P-256');
    return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, message));
  };
};

/** Where the issuer gives out tokens (OpenID Connect Discovery 1.0). */
const discover = async (options: ClientCredentials): Promise<string> => {
  const { status, body } = await request(options, `${options.issuer}/.well-known/openid-configuration`, {});
  const metadata = Metadata.safeParse(body);
  if (status !== 200 || !metadata.success) throw nonsense('no metadata of an issuer', status);
  // Section 4.3: metadata of another issuer would send the assertion elsewhere.
  if (metadata.data.issuer !== options.issuer) throw nonsense('metadata of another issuer', status);
  return metadata.data.token_endpoint;
};

const assert = async ({ issuer, clientId, kid, clock, random }: ClientCredentials, sign: Sign): Promise<string> => {
  const iat = Math.floor(clock() / 1000);
  const header = { alg: 'ES256', typ: 'client-authentication+jwt', kid };
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: issuer,
    jti: toBase64Url(random(16)),
    iat,
    exp: iat + ASSERTION_LIFETIME_S,
  };
  const signed = `${segment(header)}.${segment(claims)}`;
  return `${signed}.${toBase64Url(await sign(new TextEncoder().encode(signed)))}`;
};

const segment = (value: object): string => toBase64Url(new TextEncoder().encode(JSON.stringify(value)));

const exchange = async (
  options: ClientCredentials,
  url: string,
  assertion: string,
): Promise<z.infer<typeof Granted>> => {
  const { resource, scope, extra } = options;
  const { status, body } = await request(options, url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource,
      scope,
      ...extra,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    }),
  });
  const granted = Granted.safeParse(body);
  if (status === 200 && granted.success) return granted.data;
  const refused = Refused.safeParse(body);
  if (status < 500 && refused.success) throw new AnlianError('unauthenticated', { detail: refused.data.error });
  throw nonsense('no token response', status);
};

/** Never follows a redirection: it would carry the assertion along. */
const request = async (
  { fetch, timeoutMs = 10_000 }: ClientCredentials,
  url: string,
  init: RequestInit,
): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(url, {
    ...init,
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  return { status: response.status, body: parseJson(text) };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const nonsense = (what: string, status: number): AnlianError =>
  new AnlianError('internal_error', { detail: `the issuer answered ${status}: ${what}` });
