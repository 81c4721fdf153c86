import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConsortiumPlan, type MemberPlan, memberUrl } from '@anlian/consortium/launcher';
import {
  ACTOR_TYPE,
  type AnyCommand,
  API_SCOPE,
  AUTHORITY,
  apiResource,
  COMMAND_LIFE_SECONDS,
  type CommandArgs,
  type CommandName,
  canonicalBytes,
  formatId,
  issuerOf,
  type SignedCommand,
} from '@anlian/contracts';
import { clientCredentials } from '@anlian/sdk';
import { calculateJwkThumbprint } from 'jose';
import { localFetch, type RawAnswer, random, request } from './people.ts';

const segment = (value: unknown): string => Buffer.from(canonicalBytes(value)).toString('base64url');

/** A participant's own machine, with the member's keys in hand: it signs commands and sends them to its carrier as it likes. */
export interface Carried {
  sign<N extends CommandName>(
    name: N,
    args: CommandArgs<N>,
    change?: { readonly commandId?: string; readonly iatOffsetS?: number; readonly org?: string },
  ): Promise<SignedCommand>;
  send(signed: SignedCommand): Promise<RawAnswer>;
}

export const carriedBy = (homeDir: string, plan: ConsortiumPlan, member: string, carrier: MemberPlan): Carried => {
  const jwkOf = (use: string) =>
    JSON.parse(readFileSync(join(homeDir, 'members', member, 'keys', `_own.${use}.jwk`), 'utf8'));
  const url = memberUrl(carrier);
  const tokens = clientCredentials({
    issuer: issuerOf(url),
    resource: apiResource(url),
    scope: API_SCOPE,
    clientId: member,
    privateJwk: jwkOf('entity'),
    fetch: localFetch,
    clock: Date.now,
    random,
  });
  return {
    sign: async (name, args, { commandId = formatId('cmd', randomBytes(16)), iatOffsetS = 0, org = member } = {}) => {
      const { channel, chaincode } = plan;
      const command = { v: 1, channel, chaincode, commandId, name, args } as unknown as AnyCommand;
      const { d, ...publicJwk } = jwkOf('actor');
      const iat = Math.floor(Date.now() / 1000) + iatOffsetS;
      const claims = {
        iss: issuerOf(memberUrl(plan.members.find((one) => one.member === member) ?? carrier)),
        sub: formatId('cas', randomBytes(16)),
        org,
        roles: AUTHORITY[name].roles.slice(0, 1),
        acr: 'development',
        iat,
        exp: iat + Math.min(3600, COMMAND_LIFE_SECONDS[name]),
        cmd: createHash('sha256').update(canonicalBytes(command)).digest('base64url'),
      };
      const kid = await calculateJwkThumbprint(publicJwk);
      const signed = `${segment({ alg: 'ES256', typ: ACTOR_TYPE, kid })}.${segment(claims)}`;
      const key = createPrivateKey({ key: { ...publicJwk, d }, format: 'jwk' });
      const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
      return { command, actor: `${signed}.${signature.toString('base64url')}` };
    },
    send: async (signed) =>
      request(url, { method: 'POST', path: '/api/v1/carrier/commands', json: signed }, await tokens.token()),
  };
};
