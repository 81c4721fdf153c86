import { AnlianError, type ErrorCode, isErrorCode } from '@anlian/contracts';
import * as z from 'zod';

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

const Problem = z.object({
  code: z.custom<ErrorCode>(isErrorCode),
  field: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), code: z.string(), detail: z.string() })).optional(),
});

const toError = async (response: Response): Promise<AnlianError> => {
  const parsed = Problem.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success)
    return new AnlianError('ledger_unavailable', { detail: `the ledger service answered ${response.status}` });
  const { code, field, detail, errors } = parsed.data;
  return new AnlianError(code, {
    ...(field !== undefined && { field }),
    ...(detail !== undefined && { detail }),
    ...(errors !== undefined && { errors }),
  });
};

const unreachable = (cause: unknown): AnlianError =>
  new AnlianError('ledger_unavailable', { detail: 'the ledger service cannot be reached', cause });

/** HTTP calls to the embedded ledger service. A problem answer and a broken line become AnlianError; an abort stays an abort. */
export const createHttpClient = (baseUrl: string, fetch: Fetch) => {
  const url = (path: string): string => new URL(path, baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`).href;

  const guarded = async <T>(signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (signal?.aborted === true || error instanceof AnlianError) throw error;
      throw unreachable(error);
    }
  };

  const request = (path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> =>
    guarded(signal, async () => {
      const response = await fetch(url(path), signal === undefined ? init : { ...init, signal });
      if (!response.ok) throw await toError(response);
      return response;
    });

  const bytesOf = (response: Response, signal?: AbortSignal): Promise<Uint8Array> =>
    guarded(signal, async () => new Uint8Array(await response.arrayBuffer()));

  return {
    post: async (path: string, body: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> => {
      const headers = { 'content-type': 'application/x-protobuf' };
      return bytesOf(await request(path, { method: 'POST', headers, body: new Uint8Array(body) }, signal), signal);
    },
    getBytes: async (path: string): Promise<Uint8Array> => bytesOf(await request(path, {})),
    getJson: (path: string): Promise<unknown> => guarded(undefined, async () => (await request(path, {})).json()),
    open: async (path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> => {
      const { body } = await request(path, {}, signal);
      if (body === null) throw unreachable(undefined);
      return body;
    },
  };
};
export type HttpClient = ReturnType<typeof createHttpClient>;
