import { API_SCOPE, DEVELOPMENT_GRANT, DEVELOPMENT_LABEL, PERSONA_CODES } from '@anlian/contracts';
import { errors, type Provider, type ResourceServerInstance } from 'oidc-provider';
import * as z from 'zod';
import { fromThisMachine, type Person, personaAt } from './development.ts';
import type { Directory } from './directory.ts';

/** The API as a resource server (RFC 8707). @throws {errors.InvalidTarget} for any other resource */
export type ApiServer = (requested: string | readonly string[]) => ResourceServerInstance;

const Parameters = z.object({ person: z.enum(PERSONA_CODES), org: z.string().max(64).optional() });

/**
 * Adds the labelled development sign-in: a token for a persona, without any proof. Its caller is on this machine, and is the
 * launcher (by its key) or the node's own pages. Never called in the production profile, where the grant therefore is unknown.
 */
export const addDevelopmentGrant = (
  provider: Provider,
  { directory, member, api }: { readonly directory: Directory; readonly member: string; readonly api: ApiServer },
): void => {
  const requested = async (params: unknown): Promise<Person> => {
    const parsed = Parameters.safeParse(params);
    if (!parsed.success) throw new errors.InvalidRequest(`person is one of ${PERSONA_CODES.join(', ')}`);
    const { subject } = personaAt(parsed.data.org ?? member, parsed.data.person);
    const person = await directory.person(subject);
    if (!person) throw new errors.InvalidRequest('org is neither this node’s member nor a tenant of it');
    return person;
  };

  provider.registerGrantType<{ person?: string; org?: string }>(
    DEVELOPMENT_GRANT,
    async (ctx) => {
      const { client, params } = ctx.oidc;
      if (!fromThisMachine(ctx.req))
        throw new errors.InvalidRequest('the development sign-in is for this machine only');
      const resourceServer = api(params.resource ?? []);
      const person = await requested(params);
      const token = new provider.AccessToken({
        client,
        accountId: person.subject,
        grantId: person.subject,
        gty: DEVELOPMENT_GRANT,
        scope: API_SCOPE,
        resourceServer,
      });
      const value = await token.save();
      ctx.body = { access_token: value, token_type: token.tokenType, expires_in: token.expiration, scope: API_SCOPE };
    },
    ['person', 'org', 'scope', 'resource'],
  );

  provider.use(async (ctx, next) => {
    await next();
    const answer: unknown = ctx.body;
    if (ctx.oidc?.route !== 'token' || ctx.status !== 200 || typeof answer !== 'object') return;
    ctx.body = { ...answer, development: true, label: DEVELOPMENT_LABEL };
  });
};
