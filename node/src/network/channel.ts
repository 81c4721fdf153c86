import { createHash } from 'node:crypto';
import {
  AnlianError,
  ChannelInfo,
  ConfirmChannel,
  canonicalBytes,
  FoundChannel,
  type GenesisPolicy,
  strictMajority,
  toBase64Url,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import type { NodeDeps } from '../deps.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { channel } from './tables.ts';

const tags = ['Channel'];

/**
 * A founder on Fabric puts its name to no policy without witnesses: a verifier asks for a majority of the other governors there,
 * whatever the policy says. The rules cannot refuse it, since they are the same on the embedded ledger, which has nobody to ask.
 */
const requireWitnesses = ({ config }: Pick<NodeDeps, 'config'>, policy: GenesisPolicy, field: string): void => {
  const others = policy.governors.length - 1;
  if (!config.fabric || others === 0 || policy.witnesses > 0) return;
  throw new AnlianError('witnesses_required', { field, detail: `witnesses: ${strictMajority(others)} of ${others}` });
};

/** Founding of the channel: one governor proposes the genesis policy, each other one confirms it byte for byte. */
export const channelRoutes = (deps: NodeDeps) => {
  const app = router();
  app.openapi(
    createRoute({
      method: 'get',
      path: '/channel',
      tags,
      summary: 'The channel, its genesis policy and who confirmed it',
      responses: reads(ChannelInfo, 'The channel'),
    }),
    async (c) => {
      const [row] = await deps.db.select().from(channel);
      if (!row) return c.json({ state: 'absent' as const, genesis: null, policy: null, confirmed: [] }, 200);
      return c.json({ state: row.state, genesis: row.genesis, policy: row.policy, confirmed: row.confirmed }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/channel',
      tags,
      summary: 'Propose the genesis policy',
      security: bearer,
      middleware: [deps.staff('governor_delegate')],
      request: { ...body(FoundChannel), ...idempotent },
      responses: creates(ChannelInfo, 'The channel is proposed'),
    }),
    (c) => {
      const { policy } = c.req.valid('json');
      requireWitnesses(deps, policy, '/policy/witnesses');
      return change(c, deps, policy, async (tx) => ({
        body: { state: 'proposed' as const, genesis: genesisDigest(policy), policy, confirmed: [c.get('caller').org] },
        commandId: await deps.queue.enqueue(tx, c.get('caller'), 'channel:found', { policy }),
      }));
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/channel/confirmations',
      tags,
      summary: 'Confirm the genesis policy for this member',
      security: bearer,
      middleware: [deps.staff('governor_delegate')],
      request: { ...body(ConfirmChannel), ...idempotent },
      responses: creates(ChannelInfo, 'Confirmed'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => {
        const [row] = await tx.select().from(channel);
        if (!row) throw new AnlianError('channel_not_founded');
        requireWitnesses(deps, row.policy, '/genesis');
        const caller = c.get('caller');
        return {
          body: {
            state: row.state,
            genesis: row.genesis,
            policy: row.policy,
            confirmed: [...row.confirmed, caller.org],
          },
          commandId: await deps.queue.enqueue(tx, caller, 'channel:confirm', {
            member: caller.org,
            genesis: input.genesis,
          }),
        };
      });
    },
  );
  return app;
};

const genesisDigest = (policy: unknown): string =>
  toBase64Url(createHash('sha256').update(canonicalBytes(policy)).digest());
