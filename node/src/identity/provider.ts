import { API_SCOPE, apiResource, issuerOf } from '@anlian/contracts';
import { type Configuration, errors, Provider, type ResourceServerInstance } from 'oidc-provider';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import { modelAdapter } from './adapter.ts';
import { checkAssertion } from './assertion.ts';
import { type ApiServer, addDevelopmentGrant } from './developmentGrant.ts';
import type { Directory } from './directory.ts';
import type { SigningJwks } from './signingKeys.ts';

/** Life of an access token: disabling a client takes effect at once all the same, since every request asks the directory. */
export const TOKEN_TTL_S = 600;

export interface ProviderDeps {
  readonly config: Pick<Config, 'profile' | 'member' | 'publicUrl'>;
  readonly db: Db;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly jwks: SigningJwks;
}

/** The issuer: `oidc-provider` with everything off that this node does not need. */
export const createProvider = ({ config, db, clock, directory, jwks }: ProviderDeps): Provider => {
  const issuer = issuerOf(config.publicUrl);
  const development = config.profile === 'development';
  const api = apiServer(apiResource(config.publicUrl));
  const provider = new Provider(issuer, {
    adapter: (model) =>
      model === 'Client'
        ? { ...modelAdapter(db, model, clock), find: directory.metadata }
        : modelAdapter(db, model, clock),
    jwks,
    enabledJWA: { idTokenSigningAlgValues: ['ES256'], clientAuthSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256', response_types: [], grant_types: [] },
    clientAuthMethods: development ? ['private_key_jwt', 'none'] : ['private_key_jwt'],
    assertJwtClientAuthClaimsAndHeader: checkAssertion(issuer, clock),
    responseTypes: [],
    scopes: ['openid'],
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => apiResource(config.publicUrl),
        getResourceServerInfo: (_ctx, resource) => api(resource),
      },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    ttl: { AccessToken: TOKEN_TTL_S, ClientCredentials: TOKEN_TTL_S },
    extraTokenClaims: (_ctx, token) => claimsOf(directory, token),
    formats: {
      customizers: {
        // The provider reads the machine's clock; the node has its own.
        jwt: (_ctx, _token, { payload }) => {
          const iat = Math.floor(clock() / 1000);
          Object.assign(payload, { iat, exp: iat + TOKEN_TTL_S });
        },
      },
    },
    // Pages of this node call it, pages of others do not.
    clientBasedCORS: (_ctx, origin) => origin === new URL(config.publicUrl).origin,
    renderError: (ctx, out) => {
      ctx.type = 'application/json';
      ctx.body = JSON.stringify(out);
    },
  } satisfies Configuration);
  // Names and scheme come from the issuer, see `mount`.
  provider.proxy = true;
  if (development) addDevelopmentGrant(provider, { directory, member: config.member, api });
  return provider;
};

const apiServer = (resource: string): ApiServer => {
  const server: ResourceServerInstance = {
    audience: resource,
    scope: API_SCOPE,
    scopes: new Set([API_SCOPE]),
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
    identifier: () => resource,
  };
  return (requested) => {
    if ([requested].flat().some((one) => one !== resource)) throw new errors.InvalidTarget();
    return server;
  };
};

type Token = Parameters<NonNullable<Configuration['extraTokenClaims']>>[1];

const claimsOf = async (directory: Directory, token: Token) => {
  if (token.kind === 'AccessToken') {
    const person = await directory.person(token.accountId);
    if (!person) throw new errors.InvalidGrant('unknown person');
    return { org: person.org, roles: [...person.roles], acr: 'development' };
  }
  const machine = await directory.machine(token.clientId ?? '');
  if (!machine) throw new errors.InvalidClientAuth('disabled since');
  return { org: machine.org, roles: [...machine.roles], acr: 'machine' };
};
