import {
  AnlianError,
  API_SCOPE,
  apiResource,
  DecisionsTaken,
  isErrorCode,
  issuerOf,
  MAX_DECISIONS_PER_UPLOAD,
  PackAnswer,
} from '@anlian/contracts';
import * as z from 'zod';
import { clientCredentials } from '../client/token.ts';
import type { LocalKey } from './keys.ts';
import type { PackFetcher } from './sync.ts';
import type { Uploader } from './upload.ts';

export interface TransportOptions {
  /** The node's public address, without a path. */
  readonly node: string;
  readonly gate: string;
  readonly signIn: LocalKey;
  /** `globalThis.fetch`, or one that knows where the node is. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export interface Transport {
  readonly fetchPack: PackFetcher;
  readonly upload: Uploader;
}

const TIMEOUT_MS = 60_000;

const Problem = z.object({ code: z.string(), detail: z.string().optional(), expected: z.int().optional() });
type Problem = z.infer<typeof Problem>;

const problemOf = async (response: Response): Promise<Problem | null> => {
  const parsed = Problem.safeParse(await response.json().catch(() => null));
  return parsed.success ? parsed.data : null;
};

/** The node's own error code where it gave one. */
const asError = ({ status }: Response, problem: Problem | null): AnlianError => {
  const detail = problem?.detail ?? `the node answered ${status}`;
  if (problem !== null && isErrorCode(problem.code)) return new AnlianError(problem.code, { detail });
  return new AnlianError(status === 401 ? 'unauthenticated' : 'internal_error', { detail });
};

const readJson = async <T extends z.ZodType>(schema: T, response: Response): Promise<z.infer<T>> => {
  const parsed = schema.safeParse(await response.json().catch(() => null));
  if (!parsed.success)
    throw new AnlianError('internal_error', { detail: 'the node’s answer is not in the expected form' });
  return parsed.data;
};

/** The node's clock from the Date header, which has whole seconds; taken at its middle. */
const serverClock = (response: Response): number | null => {
  const ms = Date.parse(response.headers.get('date') ?? '');
  return Number.isFinite(ms) ? ms + 500 : null;
};

/** How a gate talks to its node, as the client that its registration made of it. Errors: `node_unreachable`, and the node's own. */
export const gateTransport = (options: TransportOptions): Transport => {
  const { gate, signIn, clock, random } = options;
  const node = options.node.replace(/\/$/, '');
  const address = `${node}/api/v1/gates/${gate}`;

  const reach: typeof fetch = async (input, init) => {
    try {
      return await options.fetch(input, init);
    } catch (cause) {
      throw new AnlianError('node_unreachable', { detail: node, cause });
    }
  };
  const tokens = clientCredentials({
    fetch: reach,
    issuer: issuerOf(node),
    clientId: gate,
    kid: signIn.kid,
    sign: signIn.sign,
    resource: apiResource(node),
    scope: API_SCOPE,
    clock,
    random,
  });

  const attempt = async (url: string, init: RequestInit): Promise<Response> => {
    const headers = { ...init.headers, accept: 'application/json', authorization: `Bearer ${await tokens.token()}` };
    return reach(url, { ...init, headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  };
  /** Once more with a fresh token when the node no longer takes the one at hand. */
  const call = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const first = await attempt(url, init);
    if (first.status !== 401) return first;
    tokens.forget();
    return attempt(url, init);
  };

  return {
    fetchPack: async (have) => {
      const response = await call(have === null ? `${address}/pack` : `${address}/pack?have=${have}`);
      if (!response.ok) throw asError(response, await problemOf(response));
      return { ...(await readJson(PackAnswer, response)), serverMs: serverClock(response) };
    },
    upload: async (decisions) => {
      if (decisions.length > MAX_DECISIONS_PER_UPLOAD) throw new RangeError('too many decisions at once');
      const body = JSON.stringify({ decisions });
      const headers = { 'content-type': 'application/json' };
      const response = await call(`${address}/decisions`, { method: 'POST', headers, body });
      if (response.ok) return readJson(DecisionsTaken, response);
      const problem = await problemOf(response);
      if (problem?.code === 'decision_gap' && problem.expected !== undefined) return { expected: problem.expected };
      throw asError(response, problem);
    },
  };
};
