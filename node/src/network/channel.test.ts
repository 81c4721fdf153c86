import type { GenesisPolicy } from '@anlian/contracts';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import type { FabricConfig } from '../config.ts';
import type { AppEnv } from '../http/caller.ts';
import { problemHandler } from '../http/problem.ts';
import { type MemberNode, startMember } from '../workers/fixtures/memberNode.ts';
import { channelRoutes } from './channel.ts';
import { channel } from './tables.ts';

const FABRIC: FabricConfig = {
  peer: 'localhost:7200',
  mspId: 'hengyuanMSP',
  client: 'gateway',
  tlsRootFile: '',
  certFile: '',
  keyFile: '',
  peersFile: undefined,
};
const GENESIS = 'A'.repeat(43);

describe.each(eachDatabase)('the founding of a channel on $name', ({ open }) => {
  let port: MemberNode;
  let cars: MemberNode;
  beforeAll(async () => {
    port = await startMember((await open()).db, 'hengyuan', new Map());
    cars = await startMember((await open()).db, 'qichuan', new Map());
  });
  afterAll(() => {
    for (const node of [port, cars]) node.stop();
  });

  const policyOf = (witnesses: number, governors = [port, cars]): GenesisPolicy => ({
    v: 1,
    channel: 'anlian-test',
    chaincode: 'anlian',
    k: governors.length,
    witnesses,
    voteAssertions: ['passkey'],
    personAssertions: ['passkey'],
    governors: governors.map(({ descriptor }) => descriptor),
  });

  const post = async (fabric: FabricConfig | undefined, path: string, body: unknown) => {
    const { deps } = port;
    const app = new OpenAPIHono<AppEnv>({ strict: false });
    app.onError(problemHandler(deps.log));
    app.route('/', channelRoutes({ ...deps, config: { ...deps.config, fabric } }));
    const response = await app.request(path, {
      method: 'POST',
      headers: {
        authorization: 'Bearer governor_delegate.hengyuan',
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, ...((await response.json()) as { code?: string; field?: string }) };
  };
  const refused = (field: string) => ({ status: 422, code: 'witnesses_required', field });

  it('that asks for no witness is not proposed on Fabric, where a verifier asks for a majority of the others', async () => {
    expect(await post(FABRIC, '/channel', { policy: policyOf(0) })).toMatchObject(refused('/policy/witnesses'));
    expect(await post(FABRIC, '/channel', { policy: policyOf(1) })).toMatchObject({ status: 202 });
  });

  it('that asks for none is proposed where there is nobody to ask', async () => {
    expect(await post(undefined, '/channel', { policy: policyOf(0) })).toMatchObject({ status: 202 });
    expect(await post(FABRIC, '/channel', { policy: policyOf(0, [port]) })).toMatchObject({ status: 202 });
  });

  it.each([
    ['none', 0, refused('/genesis')],
    ['one', 1, { status: 202 }],
  ])(
    'that another proposed with %s is confirmed on Fabric or not, as it would be proposed',
    async (_, witnesses, answer) => {
      const row = {
        id: 1,
        genesis: GENESIS,
        policy: policyOf(witnesses),
        confirmed: ['qichuan'],
        state: 'proposed' as const,
      };
      await port.deps.db.delete(channel);
      await port.deps.db.insert(channel).values(row);
      expect(await post(FABRIC, '/channel/confirmations', { genesis: GENESIS })).toMatchObject(answer);
    },
  );
});
