import { AnlianError, MemberId, PERSONA_CODES, type Persona } from '@anlian/contracts';
import { createClient, developmentTokens, type NodeClient } from '../client/index.ts';
import { localNodeOf, operatorKeyOf } from './localNodes.ts';
import { type CliContext, UsageError } from './verb.ts';

/** Somebody at a node: `clerk@qichuan/ruihan` is the clerk of a tenant. */
export interface PersonAt {
  readonly person: Persona;
  readonly member: string;
  readonly org: string;
}

/** @throws {UsageError} when it is not PERSON@MEMBER[/TENANT] of a persona that exists */
export const parsePerson = (text: string): PersonAt => {
  const [, person = '', member = '', tenant] = /^([^@]*)@([^/]*)(?:\/(.*))?$/.exec(text) ?? [];
  const persona = PERSONA_CODES.find((code) => code === person);
  if (persona === undefined) throw new UsageError(`PERSON: ${PERSONA_CODES.join(' | ')}`);
  for (const name of [member, tenant ?? member])
    if (!MemberId.safeParse(name).success) throw new UsageError('PERSON@MEMBER[/TENANT]');
  return { person: persona, member, org: tenant ?? member };
};

/** A client for a person of the local consortium, signed in through the labelled development sign-in. */
export const clientOf = (
  context: CliContext,
  { person, member, org }: PersonAt,
  {
    fetch,
    newIdempotencyKey,
    language,
  }: { fetch: typeof globalThis.fetch; newIdempotencyKey: () => string; language: 'zh' | 'en' },
): NodeClient => {
  const url = localNodeOf(context, member);
  const operatorKey = operatorKeyOf(context);
  const reach: typeof fetch = (input, init) =>
    fetch(input, init).catch((cause: unknown) => {
      throw new AnlianError('node_unreachable', { detail: url, cause });
    });
  const { clock, random } = context;
  const tokens = developmentTokens({ fetch: reach, url, operatorKey, person, org, clock, random });
  return createClient({ url, fetch: reach, tokens, newIdempotencyKey, language });
};
