import { once } from 'node:events';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import type { Ledger } from '@anlian/sdk/ledger';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectAs, temporaryDirectory } from '../support/embeddedLedger.ts';
import { foundChannel, foundingGovernors, type Governor, signedBy } from '../support/governors.ts';
import { blocksOf } from '../support/governorsLedger.ts';
import { type LedgerProcess, requireStarted, startLedger, writeGenesis } from '../support/ledgerProcess.ts';
import { until } from '../support/until.ts';

describe('the embedded ledger as a process', () => {
  const root = temporaryDirectory();
  const running: LedgerProcess[] = [];
  let governors: Governor[];
  let hengyuan: Governor;
  let genesis: string;
  let place = 0;

  beforeAll(async () => {
    governors = await foundingGovernors();
    [hengyuan] = governors as [Governor];
    genesis = writeGenesis(root, governors);
  });
  afterEach(async () => {
    for (const one of running.splice(0)) await one.kill();
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const newPlace = () => {
    place += 1;
    const dir = join(root, `place-${place}`);
    mkdirSync(dir);
    return dir;
  };
  const environment = (dir: string, change: Record<string, string> = {}) => ({
    ANLIAN_LEDGER_DIR: dir,
    ANLIAN_LEDGER_PORT: '0',
    ANLIAN_LEDGER_GENESIS: genesis,
    ...change,
  });
  const start = async (dir: string, change?: Record<string, string>) => {
    const started = requireStarted(await startLedger(environment(dir, change)));
    running.push(started);
    return started;
  };
  const failure = async (variables: Record<string, string>) => {
    const started = await startLedger(variables);
    if ('fault' in started) return started;
    running.push(started);
    throw new Error('it started');
  };

  it('says in one line that it is ready, keeps its channel between starts, and its keys to its owner', async () => {
    const dir = newPlace();
    const first = await start(dir);
    expect(first.ready).toMatchObject({
      kind: 'embedded',
      label: { en: 'embedded, one operator', zh: '内置账本（单一运营方）' },
      height: 1,
    });
    expect(statSync(join(dir, 'operator.json')).mode & 0o777).toBe(0o600);
    expect(await first.end('SIGTERM')).toBe(0);
    expect((await start(dir)).ready.genesisHash).toBe(first.ready.genesisHash);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends cleanly on %s while somebody follows', async (signal) => {
    const one = await start(newPlace());
    const stop = new AbortController();
    const blocks = connectAs(hengyuan, one.ready.url).follow({ from: 0, signal: stop.signal })[Symbol.asyncIterator]();
    await blocks.next();
    const waiting = blocks.next();
    expect(await one.end(signal)).toBe(0);
    stop.abort();
    expect((await waiting).done).toBe(true);
  });

  it('ends when the launcher that held its standard input is gone', async () => {
    const one = await start(newPlace(), { ANLIAN_EXIT_WITH_PARENT: '1' });
    const exited = once(one.child, 'exit');
    one.child.stdin?.destroy();
    expect((await exited)[0]).toBe(0);
  });

  it('refuses a directory that another process uses, and gets it when that one was killed', async () => {
    const dir = newPlace();
    const one = await start(dir);
    expect(await failure(environment(dir))).toMatchObject({ exitCode: 1, fault: { code: 'data_dir_locked' } });
    await one.kill();
    expect((await start(dir)).ready.height).toBe(1);
  });

  it('refuses a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await failure(environment(newPlace(), { ANLIAN_LEDGER_PORT: String(port) }))).toMatchObject({
      exitCode: 1,
      fault: { code: 'port_taken' },
    });
    server.close();
  });

  it('names every setting that is wrong', async () => {
    const fault = (await failure({ ANLIAN_LEDGER_PORT: 'eighty' })).fault;
    expect(fault.code).toBe('configuration_invalid');
    expect(fault.errors?.map(({ field }) => field).sort()).toEqual([
      'ANLIAN_LEDGER_DIR',
      'ANLIAN_LEDGER_GENESIS',
      'ANLIAN_LEDGER_PORT',
    ]);
    const broken = join(root, 'broken.json');
    writeFileSync(broken, '{"channel":"UPPER","chaincode":"anlian","msps":[]}');
    expect((await failure(environment(newPlace(), { ANLIAN_LEDGER_GENESIS: broken }))).fault.errors).toHaveLength(2);
  });

  /** Submits without pause until told to stop; keeps what was acknowledged. */
  const load = async (
    ledger: Ledger,
    prefix: string,
    acknowledged: Map<string, string>,
    stopped: () => boolean,
  ): Promise<void> => {
    for (let at = 0; !stopped(); at++) {
      const site = `${prefix}-${at}`;
      try {
        acknowledged.set((await ledger.submit(signedBy(hengyuan, 'site:register', { site }))).txId, site);
      } catch (error) {
        if (error instanceof AnlianError && error.code === 'ledger_unavailable') return;
        throw error;
      }
    }
  };

  it('has every acknowledged transaction exactly once after kill -9 under load, ten times over', {
    timeout: 180_000,
  }, async () => {
    const dir = newPlace();
    const acknowledged = new Map<string, string>();
    let one = await start(dir);
    await foundChannel(governors, connectAs(hengyuan, one.ready.url));
    for (let round = 0; round < 10; round++) {
      const ledger = connectAs(hengyuan, one.ready.url);
      const before = acknowledged.size;
      let killed = false;
      const writers = Array.from({ length: 8 }, (_, writer) =>
        load(ledger, `r${round}-w${writer}`, acknowledged, () => killed),
      );
      await until('enough is acknowledged', () => acknowledged.size >= before + 20 + round, { everyMs: 1 });
      await one.kill();
      killed = true;
      await Promise.all(writers);
      one = await start(dir);
    }
    const seen = new Map<string, number>();
    const sites = new Map<string, number>();
    for (const block of await blocksOf(connectAs(hengyuan, one.ready.url))) {
      for (const tx of block.txs.filter(({ code }) => code === 'VALID')) {
        seen.set(tx.txId, (seen.get(tx.txId) ?? 0) + 1);
        for (const event of tx.events)
          if (event.name === 'site.registered') sites.set(event.data.site, (sites.get(event.data.site) ?? 0) + 1);
      }
    }
    expect(acknowledged.size).toBeGreaterThan(200);
    expect([...acknowledged.keys()].filter((txId) => seen.get(txId) !== 1)).toEqual([]);
    expect([...acknowledged.values()].filter((site) => sites.get(site) !== 1)).toEqual([]);
  });
});
