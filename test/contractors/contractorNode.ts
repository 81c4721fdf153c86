import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AnlianError,
  type CommandArgs,
  type CommandName,
  type ProposedAction,
  ROLE_CODES,
  type Role,
} from '@anlian/contracts';
import type { Ledger } from '@anlian/sdk/ledger';
import { OpenAPIHono } from '@hono/zod-openapi';
import { pino } from 'pino';
import { carrierRoutes } from '../../node/src/carrier/routes.ts';
import { contractorProjector } from '../../node/src/contractors/projector.ts';
import { contractorRoutes } from '../../node/src/contractors/routes.ts';
import * as contractorTables from '../../node/src/contractors/tables.ts';
import type { Db } from '../../node/src/db/database.ts';
import type { NodeDeps } from '../../node/src/deps.ts';
import { createAllRecorder, createRecorder } from '../../node/src/evidence/record.ts';
import * as evidenceTables from '../../node/src/evidence/tables.ts';
import { gateRoutes } from '../../node/src/gates/routes.ts';
import { companySuspensions } from '../../node/src/gates/suspensions.ts';
import * as gateTables from '../../node/src/gates/tables.ts';
import type { AppEnv, Caller } from '../../node/src/http/caller.ts';
import { createGuard, staffGuard } from '../../node/src/http/guard.ts';
import { problemHandler } from '../../node/src/http/problem.ts';
import { createTables } from '../../node/src/identity/fixtures/tables.ts';
import { openKeystore } from '../../node/src/keys/keystore.ts';
import { startFollower } from '../../node/src/ledger/follow.ts';
import { createQueue } from '../../node/src/ledger/queue.ts';
import { startSubmitter } from '../../node/src/ledger/submit.ts';
import * as ledgerTables from '../../node/src/ledger/tables.ts';
import { networkProjector } from '../../node/src/network/projector.ts';
import * as networkTables from '../../node/src/network/tables.ts';
import { connectAs, genesisWith, inProcess, openIn, random } from '../support/embeddedLedger.ts';
import {
  CHAINCODE,
  CHANNEL,
  foundChannel,
  foundingGovernors,
  freshId,
  freshKey,
  type Governor,
  signedBy,
} from '../support/governors.ts';
import { configOf } from '../support/memberNode.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

export const PORT_COMPANY = '91990101MAAA00012T';
export const ANLAN = { member: 'anlan', company: '91990101MAAA00047D' };
export const RUIHAN = { member: 'ruihan', company: '91990202MAAA00063N' };
export const SITE = 'hengyuan-terminal';
/** In addresses; nothing listens there. */
const PORT = 7101;
const LEDGER_URL = 'http://ledger';

/** A token names its holder: `<org>.<role>`. The issuer has tests of its own. */
const callerOf = async (token: string): Promise<Caller> => {
  const [org, role] = token.split('.');
  if (org === undefined || !(ROLE_CODES as readonly string[]).includes(role ?? ''))
    throw new AnlianError('unauthenticated');
  return { subject: token, org, roles: [role as Role], acr: 'development' };
};

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Asks as somebody, or as nobody; what is created gets a fresh key. */
type Call = (
  who: string | undefined,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

const callsAt =
  (app: OpenAPIHono<AppEnv>): Call =>
  async (who, method, path, body, headers = {}) => {
    const response = await app.request(`/api/v1${path}`, {
      method,
      headers: {
        ...(who === undefined ? {} : { authorization: `Bearer ${who}` }),
        ...(method === 'POST' ? { 'idempotency-key': freshId('cmd') } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json(), headers: response.headers };
  };

/** The port's node on a real ledger of three governors, with a tenant (安澜) and another member's tenant (锐焊). */
export const startContractorNode = async (database: TestDatabase) => {
  const [founder, qichuan, zhengheng] = (await foundingGovernors()) as [Governor, Governor, Governor];
  const dir = mkdtempSync(join(tmpdir(), 'anlian-contractors-'));
  const keys = await openKeystore(join(dir, 'keys'));
  const actor = await keys.create('actor');
  const code = await keys.create('code');
  const port: Governor = {
    ...founder,
    actor: actor.privateKey,
    descriptor: { ...founder.descriptor, keys: [actor.descriptor, code.descriptor] },
  };
  const governors = [port, qichuan, zhengheng];
  const served = await openIn(join(dir, 'ledger'), await genesisWith(governors));
  const ledger = connectAs(port, LEDGER_URL, { fetch: inProcess(() => served) });

  const { db } = await database.open();
  await createTables(db, ledgerTables, networkTables, evidenceTables, contractorTables, gateTables);
  const node = configOf(port, { dataDir: dir, ledger: { ledgerUrl: LEDGER_URL }, anchorIntervalMs: 3_000 }, PORT);
  const log = pino({ level: 'silent' });
  const queue = createQueue({
    db,
    channel: CHANNEL,
    chaincode: CHAINCODE,
    issuer: `${node.publicUrl}/oidc`,
    keys,
    member: node.member,
    clock: Date.now,
    random,
  });
  const follower = startFollower({
    db,
    ledger,
    genesisHash: ledger.describe().then(({ genesisHash }) => genesisHash),
    queue,
    projectors: [networkProjector, contractorProjector],
    clock: Date.now,
    log,
  });
  let submitter = startSubmitter({ queue, ledger, log, resignMachine: async () => undefined });

  const deps: NodeDeps = {
    config: node,
    db,
    clock: Date.now,
    random,
    keys,
    ledger,
    readBlock: (number) => ledger.block(number),
    queue,
    recordEvidence: createRecorder({ clock: Date.now, random }),
    recordAllEvidence: createAllRecorder({ clock: Date.now, random }),
    guard: createGuard(callerOf),
    staff: staffGuard(createGuard(callerOf), node.member),
    log,
    commitWaitMs: 10_000,
    fetch,
    height: follower.height,
  };
  const mount = (own: NodeDeps) => {
    const app = new OpenAPIHono<AppEnv>({ strict: false });
    app.onError(problemHandler(log));
    app.route('/api/v1', contractorRoutes(own, companySuspensions(own)));
    app.route('/api/v1', gateRoutes(own));
    app.route('/api/v1', carrierRoutes(own));
    return app;
  };
  const call = callsAt(mount(deps));

  /** Sends a command of another governor and waits until this node has seen its block. */
  const submit = async <N extends CommandName>(governor: Governor, name: N, args: CommandArgs<N>) => {
    const commit = await ledger.submit(signedBy(governor, name, args));
    await until('its block is followed', () => follower.height() > commit.blockNumber);
    return commit;
  };
  /** Two of three governors are a majority. */
  const decide = async (proposed: ProposedAction) => {
    const proposal = freshId('prp');
    await submit(port, 'proposal:open', { proposal, proposed });
    await submit(qichuan, 'proposal:vote', { proposal, vote: 'for' });
  };

  await foundChannel(governors, ledger);
  const tenantKey = await keys.create('actor', ANLAN.member);
  await decide({
    action: 'member.admit',
    member: { ...ANLAN, kind: 'participant', sponsor: 'hengyuan', keys: [tenantKey.descriptor] },
  });
  await decide({
    action: 'member.admit',
    member: { ...RUIHAN, kind: 'participant', sponsor: 'qichuan', keys: [freshKey('actor').descriptor] },
  });
  await submit(port, 'site:register', { site: SITE });
  await submit(qichuan, 'site:register', { site: 'qichuan-paint' });

  return {
    db: db as Db,
    ledger: ledger as Ledger,
    call,
    submit,
    decide,
    port,
    qichuan,
    zhengheng,
    /** While it runs, nothing reaches the ledger. */
    withoutLedger: async <T>(work: (callOffline: Call) => Promise<T>): Promise<T> => {
      await submitter.stop();
      try {
        return await work(callsAt(mount({ ...deps, commitWaitMs: 50 })));
      } finally {
        submitter = startSubmitter({ queue, ledger, log, resignMachine: async () => undefined });
      }
    },
    close: async () => {
      await submitter.stop();
      await follower.stop();
      await served.close();
      rmSync(dir, { recursive: true });
    },
  };
};
export type ContractorNode = Awaited<ReturnType<typeof startContractorNode>>;
