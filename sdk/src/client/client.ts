import { AnlianError, isErrorCode, OPERATIONS, type Operation, Problem } from '@anlian/contracts';
import type * as z from 'zod';
import type { TokenSource } from './token.ts';

export interface ClientOptions {
  /** Address of the node, without a trailing slash. */
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Left out for a node's public operations. */
  readonly tokens?: Pick<TokenSource, 'token' | 'forget'>;
  /** Keys of creating calls whose caller names none: fresh each time, kept across the retries of one call. */
  readonly newIdempotencyKey: () => string;
  readonly language?: 'zh' | 'en';
}

type PathParameter<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;

type Input<O extends Operation> = ([PathParameter<O['path']>] extends [never]
  ? unknown
  : { readonly params: Readonly<Record<PathParameter<O['path']>, string>> }) &
  (O extends { readonly body: infer B extends z.ZodType } ? { readonly body: z.input<B> } : unknown) &
  (O extends { readonly query: infer Q extends z.ZodType } ? { readonly query?: z.input<Q> } : unknown) & {
    readonly idempotencyKey?: string;
    /** ETag of the version that is changed. */
    readonly ifMatch?: string;
    readonly signal?: AbortSignal;
  };

type Answer<O extends Operation> = z.output<O['answer']>;

/** One function per operation of the API, typed by the contracts' table. */
export type NodeClient = {
  readonly [N in keyof typeof OPERATIONS]: (
    input: Input<(typeof OPERATIONS)[N]>,
  ) => Promise<Answer<(typeof OPERATIONS)[N]>>;
};

interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** A typed client of one node. What the node refuses is thrown as AnlianError with the node's code. */
export const createClient = (options: ClientOptions): NodeClient => {
  const call = (operation: Operation) => async (input: AnyInput) => {
    const key = operation.method === 'POST' ? (input.idempotencyKey ?? options.newIdempotencyKey()) : undefined;
    const response = await send(options, operation, input, key);
    if (response.status === 401 && options.tokens) {
      // The token ended early: a restarted node, or a clock that was set.
      options.tokens.forget();
      return operation.answer.parse(await accepted(await send(options, operation, input, key)));
    }
    return operation.answer.parse(await accepted(response));
  };
  return Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, operation]) => [name, call(operation)]),
  ) as unknown as NodeClient;
};

const send = async (
  { url, fetch, tokens, language }: ClientOptions,
  { method, path }: Operation,
  input: AnyInput,
  key: string | undefined,
): Promise<Response> => {
  const headers = new Headers({ accept: 'application/json' });
  if (tokens) headers.set('authorization', `Bearer ${await tokens.token()}`);
  if (language) headers.set('accept-language', language);
  if (key !== undefined) headers.set('idempotency-key', key);
  if (input.ifMatch !== undefined) headers.set('if-match', input.ifMatch);
  if (input.body !== undefined) headers.set('content-type', 'application/json');
  return fetch(`${url}/api/v1${expand(path, input.params ?? {})}${queryOf(input.query)}`, {
    method,
    headers,
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  });
};

const expand = (path: string, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

const queryOf = (query: Readonly<Record<string, unknown>> | undefined): string => {
  const entries = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
};

const accepted = async (response: Response): Promise<unknown> => {
  const value: unknown = await response.json().catch(() => undefined);
  if (response.ok) return value;
  const problem = Problem.safeParse(value);
  if (!problem.success || !isErrorCode(problem.data.code))
    throw new AnlianError('internal_error', { detail: `the node answered ${response.status}` });
  const { code, detail, field, errors, traceId } = problem.data;
  throw new AnlianError(code, {
    ...(detail === undefined ? {} : { detail }),
    ...(field === undefined ? {} : { field }),
    ...(errors === undefined ? {} : { errors }),
    ...(traceId === undefined ? {} : { traceId }),
  });
};
