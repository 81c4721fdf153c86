import { TrustBundle } from '@anlian/contracts';
import { openTrust } from '@anlian/sdk/verify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../node/src/config.ts';
import { problemHandler } from '../../node/src/http/problem.ts';
import { networkProjector } from '../../node/src/network/projector.ts';
import { memberKeys, members } from '../../node/src/network/tables.ts';
import { trustRoutes } from '../../node/src/network/trust.ts';
import { CHANNEL } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';
import { BLOCKS, type Following, type HonestChain, honestChain, openFollowing } from '../support/reexecution.ts';
import { until } from '../support/until.ts';

const MINUTE_MS = 60_000;
const BOUND = 600;

describe.each(eachDatabase)('the trust list of a governor’s node ($name)', (database) => {
  let chain: HonestChain;
  let node: Following;
  let nowMs = Date.parse('2026-11-22T08:00:00.000Z');

  beforeAll(async () => {
    chain = await honestChain();
    node = await openFollowing(database);
    await node.followAll(chain.blocks, { again: false, projectors: [networkProjector] });
  });
  afterAll(() => node.stop());

  /** The route of a node that has followed so far, and what it asked of its ledger. */
  const publish = async (height: () => number = () => BLOCKS) => {
    const asked: (number | 'describe')[] = [];
    const broken = { is: false };
    const { genesisHash } = chain;
    const config = readConfig({
      ANLIAN_PROFILE: 'development',
      ANLIAN_MEMBER: 'hengyuan',
      ANLIAN_COMPANY: '91990101MAAA00012T',
      ANLIAN_KIND: 'governor',
      ANLIAN_NAME_ZH: '恒远港务集团',
      ANLIAN_NAME_EN: 'Hengyuan',
      ANLIAN_PORT: '0',
      ANLIAN_PUBLIC_URL: 'http://hengyuan.localhost:8400',
      ANLIAN_DATA_DIR: '.',
      ANLIAN_CHANNEL: CHANNEL,
      ANLIAN_LEDGER_URL: 'http://ledger',
    });
    const ask = <T>(what: number | 'describe', answer: T): Promise<T> => {
      asked.push(what);
      return broken.is ? Promise.reject(new Error('away')) : Promise.resolve(answer);
    };
    const app = trustRoutes({
      db: node.db,
      config,
      clock: () => nowMs,
      height,
      ledger: {
        describe: () => {
          const description = { label: { zh: '', en: '' }, channel: CHANNEL, chaincode: 'anlian', height: BLOCKS };
          return ask('describe', { ...description, kind: 'embedded', genesisHash });
        },
      },
      readBlock: (number) => ask(number, chain.blocks[number] as Uint8Array),
    });
    app.onError(problemHandler(pino({ level: 'silent' })));
    const get = async () => app.request('/trust');
    return { asked, broken, get, read: async () => TrustBundle.parse(await (await get()).json()) };
  };

  it('can be opened, and lists the members and keys of the channel', async () => {
    const { read } = await publish();
    const list = await read();
    expect((await openTrust(list)).trust.members.map(({ member, keys }) => [member, keys.length])).toEqual(
      ['hengyuan', 'qichuan', 'zhengheng'].map((member) => [member, 1]),
    );
    expect(list.asOf).toEqual({ height: BLOCKS, at: new Date(nowMs).toISOString() });
  });

  it('asks nothing of the ledger for whoever asks again, and tells the time anew', async () => {
    const { asked, read, get } = await publish();
    const first = await read();
    const once = [...asked];
    expect(once).toContain('describe');
    nowMs += 1_000;
    const again = await read();
    expect(again).toEqual({ ...first, asOf: { height: BLOCKS, at: new Date(nowMs).toISOString() } });
    await Promise.all(Array.from({ length: 50 }, get));
    expect(asked).toEqual(once);
  });

  it('asks once where many ask at the same time', async () => {
    const [alone, together] = [await publish(), await publish()];
    await alone.get();
    await Promise.all(Array.from({ length: 20 }, together.get));
    expect(together.asked).toEqual(alone.asked);
  });

  it('asks only what a new block can have changed', async () => {
    let height = BLOCKS - 1;
    const { asked, get } = await publish(() => height);
    await get();
    asked.length = 0;
    height = BLOCKS;
    await get();
    expect(asked).toEqual([BLOCKS - 1]);
  });

  it('keeps no failure', async () => {
    const { broken, get } = await publish();
    broken.is = true;
    expect((await get()).status).toBe(500);
    broken.is = false;
    expect((await get()).status).toBe(200);
  });

  it('bounds how often one source may ask', async () => {
    const { get } = await publish();
    const statuses: number[] = [];
    for (let at = 0; at <= BOUND; at += 1) statuses.push((await get()).status);
    expect(new Set(statuses.slice(0, BOUND))).toEqual(new Set([200]));
    expect(statuses.at(-1)).toBe(429);
    nowMs += MINUTE_MS;
    expect((await get()).status).toBe(200);
  });

  it('states the height of the rows that it lists', async () => {
    const { read } = await publish(() => BLOCKS - 1);
    expect((await read()).asOf.height).toBe(BLOCKS);
  });

  it('is one state of the database, though a block is projected while it is read', async () => {
    const { read } = await publish();
    const before = await read();
    const { read: readAnew } = await publish();
    const at = new Date(nowMs).toISOString();
    const reading = await node.db.transaction(async (tx) => {
      await tx.execute('lock table member_keys in access exclusive mode');
      const answer = readAnew();
      // The embedded database has one connection: there nobody begins to read.
      if (database.name === 'postgresql')
        await until('the reader has the members and waits for the keys', async () => {
          const waiting = await tx.execute('select 1 from pg_locks where not granted');
          return waiting.length > 0;
        });
      await tx.update(members).set({ expelledAt: at });
      await tx.update(memberKeys).set({ retiredAt: at });
      return { answer };
    });
    const { members: listed } = await reading.answer;
    const after = before.members.map((one) => ({ ...one, to: at, keys: one.keys.map((key) => ({ ...key, to: at })) }));
    expect([before.members, after]).toContainEqual(listed);
  });
});
