import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConsortiumPlan, type LauncherState, type MemberPlan, memberUrl } from '@anlian/consortium/launcher';
import { type Persona, Problem } from '@anlian/contracts';
import { createClient, developmentTokens, type NodeClient, type TokenSource } from '@anlian/sdk';
import { createFetch } from '@anlian/sdk/http';

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export const localFetch = createFetch({ localhostToLoopback: true });

/** A request as a test wants it, however wrong; paths are the whole path below the node's address. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
  /** Null unless the body is an RFC 9457 problem. */
  readonly problem: Problem | null;
}

/** A person of an organisation at one node: the typed client, and requests that the typed client would never make. */
export interface Person {
  readonly api: NodeClient;
  send(request: RawRequest): Promise<RawAnswer>;
  token(): Promise<string>;
}

/** Names people of the local consortium as the launcher's key lets them sign in. */
export interface People {
  node(member: string): MemberPlan;
  /** `org` is the node's own member where it is left out. */
  person(member: string, person: Persona, org?: string): Person;
  /** Somebody who has no token. */
  nobody(member: string): Pick<Person, 'send'>;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const request = async (
  url: string,
  { method = 'GET', path, json, body, ...rest }: RawRequest,
  token?: string,
) => {
  const headers = new Headers(rest.headers);
  if (token !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
  if (json !== undefined) headers.set('content-type', 'application/json');
  if (method === 'POST' && !headers.has('idempotency-key')) headers.set('idempotency-key', randomUUID());
  const sent = json === undefined ? body : JSON.stringify(json);
  const response = await localFetch(`${url}${path}`, {
    method,
    headers,
    ...(sent === undefined ? {} : { body: sent }),
    ...(rest.signal ? { signal: rest.signal } : {}),
  });
  const text = await response.text();
  const value = parsed(text);
  const problem = Problem.safeParse(value);
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: value,
    problem: problem.success ? problem.data : null,
  };
};

export const peopleOf = (homeDir: string, plan: ConsortiumPlan): People => {
  const { operatorKey } = JSON.parse(readFileSync(join(homeDir, 'launcher.json'), 'utf8')) as LauncherState;
  const known = new Map<string, Person>();
  const node = (member: string): MemberPlan => {
    const found = plan.members.find((one) => one.member === member);
    if (!found) throw new RangeError(`no node of ${member}`);
    return found;
  };
  const signIn = (member: string, person: Persona, org: string): Person => {
    const url = memberUrl(node(member));
    const tokens: TokenSource = developmentTokens({
      fetch: localFetch,
      url,
      operatorKey,
      person,
      org,
      clock: Date.now,
      random,
    });
    return {
      api: createClient({ url, fetch: localFetch, tokens, newIdempotencyKey: randomUUID }),
      send: async (raw) => request(url, raw, await tokens.token()),
      token: () => tokens.token(),
    };
  };
  return {
    node,
    person: (member, person, org = member) => {
      const name = `${member}/${org}/${person}`;
      const one = known.get(name) ?? signIn(member, person, org);
      known.set(name, one);
      return one;
    },
    nobody: (member) => ({ send: (raw) => request(memberUrl(node(member)), raw) }),
  };
};
