import { AnlianError, API_SCOPE, apiResource, ERRORS, issuerOf, refusalFrom } from '@anlian/contracts';
import { clientCredentials, type TokenSource } from '@anlian/sdk';
import type * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { peerUrl } from '../network/store.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1 << 20;

export interface PeerCall<T extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  /** Below `/api/v1`. */
  readonly path: string;
  readonly body?: unknown;
  readonly answer: T;
}

/**
 * Asks another member's node, as this member.
 * @throws {AnlianError} the other node's own code; `member_unreachable` when it has no known address, does not answer or makes no sense
 */
export type CallPeer = <T extends z.ZodType>(member: string, call: PeerCall<T>) => Promise<z.infer<T>>;

type PeerDeps = Pick<NodeDeps, 'config' | 'db' | 'clock' | 'random' | 'keys' | 'fetch'>;

const unreachable = (member: string, why: string, cause?: unknown): AnlianError =>
  new AnlianError('member_unreachable', { detail: `${member}: ${why}`, cause });

/** Signs in at the other node's issuer with this member's entity key, which the ledger holds (`private_key_jwt`). */
export const createPeers = (deps: PeerDeps): CallPeer => {
  const { config, db, clock, random, keys } = deps;
  const sources = new Map<string, TokenSource>();

  const sourceFor = (url: string): TokenSource => {
    const known = sources.get(url);
    if (known) return known;
    const source = clientCredentials({
      issuer: issuerOf(url),
      resource: apiResource(url),
      scope: API_SCOPE,
      clientId: config.member,
      kid: keys.key('entity').descriptor.kid,
      sign: (message) => keys.key('entity').sign(message),
      fetch: deps.fetch,
      clock,
      random,
    });
    sources.set(url, source);
    return source;
  };

  const send = async (
    url: string,
    source: TokenSource,
    { method, path, body }: PeerCall<z.ZodType>,
  ): Promise<Response> => {
    const response = await deps.fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await source.token()}`,
        accept: 'application/json',
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (response.status === 401) source.forget();
    return response;
  };

  return async (member, call) => {
    const url = (await peerUrl(db, member))?.replace(/\/+$/, '');
    if (url === undefined) throw unreachable(member, 'no address known');
    let response: Response;
    let text: string;
    try {
      response = await send(url, sourceFor(url), call);
      text = await readLimited(response);
    } catch (cause) {
      throw unreachable(member, cause instanceof AnlianError ? cause.code : 'no answer', cause);
    }
    const parsed = parse(text);
    if (!response.ok) throw peerRefusal(member, response.status, parsed);
    const answer = call.answer.safeParse(parsed);
    if (!answer.success) throw unreachable(member, 'an answer in another form');
    return answer.data;
  };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Of the request, and not of that node: that it is not well, or does not know us yet, is no answer. */
const isAnswer = (status: number): boolean => status < 500 && ![401, 403, 429].includes(status);

/** What another member's node says of a request as an error of this one. */
export const peerRefusal = (member: string, status: number, body: unknown): AnlianError => {
  const refusal = refusalFrom(body);
  return refusal && isAnswer(status) && isAnswer(ERRORS[refusal.code].status)
    ? refusal
    : unreachable(member, `status ${status}`);
};

/** Reads no more than an answer of ours can be: a node gone bad must not fill this one's memory. */
const readLimited = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new RangeError('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
