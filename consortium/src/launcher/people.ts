import type { Persona } from '@anlian/contracts';
import { createClient, developmentTokens, type NodeClient } from '@anlian/sdk';
import type { LauncherState } from './home.ts';
import { type MemberPlan, memberUrl } from './plan.ts';

export interface PeopleDeps {
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly state: LauncherState;
}

/** A person at a node, by the labelled development sign-in; `org` is a tenant of that node, or its own member. */
export type SignIn = (member: MemberPlan, person: Persona, org?: string) => NodeClient;

/** Signs personas in through the public API, once each. Creating calls without a key of their own are refused here: every step of the launcher can be repeated. */
export const createSignIn = ({ fetch, clock, random, state }: PeopleDeps): SignIn => {
  const clients = new Map<string, NodeClient>();
  return (member, person, org = member.member) => {
    const name = `${member.member}/${org}/${person}`;
    const known = clients.get(name);
    if (known) return known;
    const url = memberUrl(member);
    const tokens = developmentTokens({ url, fetch, clock, random, operatorKey: state.operatorKey, person, org });
    const client = createClient({
      url,
      fetch,
      tokens,
      newIdempotencyKey: () => {
        throw new RangeError('a step of the launcher names its idempotency key');
      },
    });
    clients.set(name, client);
    return client;
  };
};
