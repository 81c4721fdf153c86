import { AnlianError, MemberId, PERSONA_CODES, type Persona, type Text } from '@anlian/contracts';
import { createClient, developmentTokens, type NodeClient } from '../../client/index.ts';
import { localNodeOf, operatorKeyOf } from '../localNodes.ts';
import { SLIPS } from '../slips.ts';
import { type CliContext, UsageError } from '../verb.ts';

/** Somebody at a node: `clerk@qichuan/ruihan` is the clerk of a tenant. */
export interface PersonAt {
  readonly person: Persona;
  readonly member: string;
  readonly org: string;
}

const FORM: Text = { zh: '职务@成员，如 auditor@hengyuan', en: 'OFFICE@MEMBER such as auditor@hengyuan' };

/** @throws {UsageError} when it is not PERSON@MEMBER[/TENANT] of a persona that exists */
export const parsePerson = (text: string): PersonAt => {
  const [, person = '', member = '', tenant] = /^([^@]*)@([^/]*)(?:\/(.*))?$/.exec(text) ?? [];
  const isNamed = [member, tenant ?? member].every((name) => MemberId.safeParse(name).success);
  if (!isNamed) throw new UsageError(SLIPS.malformed('PERSON@MEMBER', FORM));
  const persona = PERSONA_CODES.find((code) => code === person);
  if (persona === undefined) throw new UsageError(SLIPS.unknown(person, PERSONA_CODES));
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
