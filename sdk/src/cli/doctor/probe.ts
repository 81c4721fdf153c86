import { NodeInfo, Reexecution, TrustBundle } from '@anlian/contracts';
import * as z from 'zod';
import type { CliContext } from '../verb.ts';

const TIMEOUT_MS = 5_000;

/** What a node says of its readiness. */
const Readiness = z.object({
  ready: z.boolean(),
  database: z.boolean(),
  following: z.boolean(),
  height: z.int(),
  fault: z.string().nullable().optional(),
  /** Codes; a later version may know more. */
  notices: z.array(z.string()).default([]),
  reexecution: Reexecution.optional(),
});

/** A node as it answered; each part is null when it did not. */
export interface Probed {
  readonly url: string;
  readonly reached: boolean;
  readonly readiness: z.infer<typeof Readiness> | null;
  readonly node: NodeInfo | null;
  /** What a governor's node publishes: members with their keys, and on Fabric the channel's configurations. */
  readonly published: TrustBundle | null;
  /** Why a governor's node published none that can be read: the code of its refusal, or what is wrong; null where it did. */
  readonly unpublished: string | null;
  /** The node's clock less this machine's at the middle of the exchange; whole seconds, as HTTP dates are. */
  readonly clockMs: number | null;
}

interface Answer {
  readonly value: unknown;
  readonly clockMs: number | null;
}

/** Resolves to null when nothing answers. A date is cut to its second, so half a second is added. */
const ask = async ({ fetch, clock }: CliContext, url: string): Promise<Answer | null> => {
  const askedMs = clock();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    const value: unknown = await response.json().catch(() => null);
    const dateMs = Date.parse(response.headers.get('date') ?? '');
    return { value, clockMs: Number.isNaN(dateMs) ? null : dateMs + 500 - (askedMs + clock()) / 2 };
  } catch {
    return null;
  }
};

const Refusal = z.object({ code: z.string().max(100) });

const listOf = (answer: Answer | null): Pick<Probed, 'published' | 'unpublished'> => {
  const published = TrustBundle.safeParse(answer?.value).data ?? null;
  if (published) return { published, unpublished: null };
  const refused = Refusal.safeParse(answer?.value).data;
  return { published, unpublished: refused?.code ?? (answer === null ? 'no answer' : 'unreadable') };
};

/** Asks a node's public pages; never rejects. */
export const probe = async (context: CliContext, url: string): Promise<Probed> => {
  const [ready, node] = await Promise.all([ask(context, `${url}/readyz`), ask(context, `${url}/api/v1/node`)]);
  const info = NodeInfo.safeParse(node?.value).data ?? null;
  const isGovernor = info?.kind === 'governor';
  return {
    url,
    reached: ready !== null || node !== null,
    readiness: Readiness.safeParse(ready?.value).data ?? null,
    node: info,
    ...(isGovernor ? listOf(await ask(context, `${url}/api/v1/trust`)) : { published: null, unpublished: null }),
    clockMs: (ready ?? node)?.clockMs ?? null,
  };
};
