import {
  type AnlianError,
  AwaitedCosignatures,
  checkpointOrigin,
  DEVELOPMENT_LABEL,
  type ErrorCode,
  type MemberDescriptor,
  NodeInfo,
  Reexecution,
} from '@anlian/contracts';
import type { LedgerDescription } from '@anlian/sdk/ledger';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import type { Registry } from 'prom-client';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { evidenceHead } from '../evidence/store.ts';
import type { AppEnv } from '../http/caller.ts';
import { reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { countAlarms } from '../ledger/alarms.ts';
import { reexecutedHeight } from '../ledger/reexecute.ts';
import { passedOver } from '../ledger/rulesInForce.ts';
import { countSplitViews } from '../witness/store.ts';
import { waitingCommands } from './metrics.ts';
import { swaggerFiles } from './swagger.ts';

export interface Operations {
  readonly metrics: Registry;
  readonly descriptor: MemberDescriptor;
  /** Undefined while following the ledger goes well. */
  readonly followFault: () => AnlianError | undefined;
  readonly describeLedger: () => LedgerDescription;
  /** Did the last exchange with the ledger succeed? */
  readonly ledgerReachable: () => boolean;
  /** Undefined while the evidence log lacks no cosignature. */
  readonly awaitedCosignatures: () => AwaitedCosignatures | undefined;
  readonly version: string;
}

/**
 * `ledger` says whether the ledger answers; without it the node stays ready, since what is recorded waits in its queue. `fault` is the
 * code of what is amiss.
 */
const Readiness = z.object({
  ready: z.boolean(),
  database: z.boolean(),
  following: z.boolean(),
  ledger: z.boolean(),
  fault: z.string().nullable(),
  height: z.int(),
  /** Codes of what somebody should look at while the node works on. */
  notices: z.array(
    z.enum(['endorsement_not_reproduced', 'blocks_not_reexecuted', 'cosignatures_missing', 'split_view']),
  ),
  /** Of a governor's node whose database answers. */
  reexecution: Reexecution.optional(),
  /** Present while the newest head of the evidence log waits for cosignatures. */
  awaiting: AwaitedCosignatures.optional(),
});

const LEDGER_AWAY = 'ledger_unavailable' satisfies ErrorCode;
const DATABASE_AWAY = 'database_unavailable' satisfies ErrorCode;

const reexecutionOf = async ({ db }: Pick<NodeDeps, 'db'>): Promise<Reexecution> => ({
  height: await reexecutedHeight(db),
  passedOver: await passedOver(db),
});

/** Health, metrics and who this node is. */
export const operationsRoutes = (deps: NodeDeps, operations: Operations) => {
  const app = router();
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', async (c) => {
    const database = await deps.db.execute(sql`select 1`).then(
      () => true,
      () => false,
    );
    const fault = operations.followFault();
    const following = fault === undefined;
    const ledger = operations.ledgerReachable();
    const awaiting = operations.awaitedCosignatures();
    const reexecution = database && deps.readBlock ? await reexecutionOf(deps) : undefined;
    const ready: z.infer<typeof Readiness> = {
      ready: database && following,
      database,
      following,
      ledger,
      fault: database ? (fault?.code ?? (ledger ? null : LEDGER_AWAY)) : DATABASE_AWAY,
      height: deps.height(),
      notices: [
        ...(database && (await countAlarms(deps.db)) > 0 ? (['endorsement_not_reproduced'] as const) : []),
        ...(reexecution && reexecution.passedOver.length > 0 ? (['blocks_not_reexecuted'] as const) : []),
        ...(awaiting ? (['cosignatures_missing'] as const) : []),
        ...(database && (await countSplitViews(deps.db)) > 0 ? (['split_view'] as const) : []),
      ],
      ...(reexecution && { reexecution }),
      ...(awaiting && { awaiting }),
    };
    return c.json(ready, ready.ready ? 200 : 503);
  });
  app.get('/metrics', async (c) =>
    c.body(await operations.metrics.metrics(), 200, { 'content-type': operations.metrics.contentType }),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/node',
      tags: ['Node'],
      summary: 'Who this node is, and how it stands',
      responses: reads(NodeInfo, 'The node'),
    }),
    async (c) => {
      const { config } = deps;
      const ledger = operations.describeLedger();
      const head = await evidenceHead(deps.db);
      const awaiting = operations.awaitedCosignatures();
      return c.json(
        {
          member: config.member,
          company: config.company,
          kind: config.kind,
          name: config.name,
          profile: config.profile,
          labels: config.profile === 'development' ? [DEVELOPMENT_LABEL] : [],
          descriptor: operations.descriptor,
          ledger: {
            kind: ledger.kind,
            label: ledger.label,
            channel: config.channel,
            chaincode: config.chaincode,
            genesisHash: ledger.genesisHash,
            height: deps.height(),
            reachable: operations.ledgerReachable(),
            waitingCommands: await waitingCommands(deps),
          },
          evidence: {
            origin: checkpointOrigin(config.channel, config.member),
            size: head.size,
            anchoredSize: head.anchoredSize,
            ...(awaiting && { awaiting }),
            ...(config.kind === 'governor' && { splitViews: await countSplitViews(deps.db) }),
          },
          version: operations.version,
        },
        200,
      );
    },
  );
  return app;
};

/** OpenAPI 3.1 at `/api/openapi.json` and a page to browse it, from this node alone. */
export const documentation = (app: OpenAPIHono<AppEnv>, version: string): void => {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'at+jwt',
  });
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Anlian node',
      version,
      license: { name: 'Apache-2.0' },
      description:
        '安链节点接口。错误以 RFC 9457 返回，`code` 不变。Errors are RFC 9457 problems with a stable `code`.',
    },
  });
  app.route('/api/docs', swaggerFiles('/api/openapi.json'));
};
