import {
  AnlianError,
  CarriedAnswer,
  CarriedBlocks,
  CarriedCommit,
  CarrierDescription,
  EndorsedAnswerJson,
  refusalFrom,
} from '@anlian/contracts';
import type { TokenSource } from '@anlian/sdk';
import type * as z from 'zod';
import type { LedgerAccess } from '../ledger/access.ts';
import { endorsedFromJson } from '../ledger/endorsedJson.ts';
import { pause } from '../pause.ts';

export interface CarrierOptions {
  /** Address of the governor's node. */
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Access tokens of the governor's issuer for this member. */
  readonly tokens: Pick<TokenSource, 'token' | 'forget'>;
  /** Pause before the feed is asked again after a failure. */
  readonly retryMs?: number;
}

/** A participant's ledger: through a governor's node. */
export const connectCarrier = ({ url, fetch, tokens, retryMs = 1_000 }: CarrierOptions): LedgerAccess => {
  const call = async <T extends z.ZodType>(
    schema: T,
    path: string,
    init: { method: 'GET' | 'POST'; body?: unknown; signal?: AbortSignal },
  ): Promise<z.infer<T>> => {
    const response = await reach(async () =>
      fetch(`${url}/api/v1/carrier${path}`, {
        method: init.method,
        headers: { authorization: `Bearer ${await tokens.token()}`, 'content-type': 'application/json' },
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
        ...(init.signal === undefined ? {} : { signal: init.signal }),
      }),
    );
    if (response.status === 401) tokens.forget();
    const value: unknown = await reach(() => response.json());
    if (!response.ok) throw refusal(value, response.status);
    return schema.parse(value);
  };

  return {
    describe: () => call(CarrierDescription, '', { method: 'GET' }),
    submit: (signed, options) => call(CarriedCommit, '/commands', { method: 'POST', body: signed, ...options }),
    query: async (name, args) =>
      (await call(CarriedAnswer, '/queries', { method: 'POST', body: { name, args } })).value,
    attest: async (txId) =>
      endorsedFromJson(await call(EndorsedAnswerJson, `/attestations/${txId}`, { method: 'GET' })),
    view: async (question) =>
      endorsedFromJson(await call(EndorsedAnswerJson, '/views', { method: 'POST', body: question })),
    follow: async function* ({ from, signal }) {
      let next = Number(from);
      while (!signal.aborted) {
        const page = await call(CarriedBlocks, `/blocks?from=${next}`, { method: 'GET', signal }).catch(
          (error: unknown) => {
            if (signal.aborted) return { blocks: [] };
            if (
              error instanceof AnlianError &&
              ['ledger_unavailable', 'internal_error', 'unauthenticated', 'database_unavailable'].includes(error.code)
            )
              return undefined;
            throw error;
          },
        );
        if (page === undefined) await pause(retryMs, signal);
        for (const block of page?.blocks ?? []) {
          if (block.number !== next)
            throw new AnlianError('ledger_corrupt', {
              field: 'number',
              detail: `the carrier sent block ${block.number} in place of ${next}`,
            });
          next = block.number + 1;
          yield block;
        }
      }
    },
  };
};

/** Whatever fails on the line is the ledger's absence: the command stays queued. */
const reach = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AnlianError) throw error;
    throw new AnlianError('ledger_unavailable', { cause: error });
  }
};

const refusal = (value: unknown, status: number): AnlianError =>
  refusalFrom(value) ?? new AnlianError('ledger_unavailable', { detail: `the carrier answered ${status}` });
