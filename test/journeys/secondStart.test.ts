import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ERRORS } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts, type Launched, launch, tryLaunch } from '../support/consortium.ts';
import { governorsLedger } from '../support/governorsLedger.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import { partsOf } from '../support/parts.ts';
import { random } from '../support/people.ts';
import { isRunning, killAll } from '../support/processFamily.ts';

describe('a second start', { timeout: 240_000 }, () => {
  const home = copyOfLoadedHome();
  const elsewhere = mkdtempSync(join(tmpdir(), 'anlian-elsewhere-'));
  let consortium: Launched;

  beforeAll(async () => {
    consortium = await launch(home.dir, home.firstPort);
  }, 240_000);
  afterAll(async () => {
    await consortium.stop();
    home.remove();
    rmSync(elsewhere, { recursive: true, force: true });
  });

  const state = async (): Promise<object> => {
    const { people, plan } = consortium;
    const auditor = people.person('hengyuan', 'auditor').api;
    const { height, genesisHash } = await governorsLedger(home.dir, plan).describe();
    const companies = await auditor.listCompanies({ query: { limit: 100 } });
    const workers = await people.person('dinggu', 'clerk').send({ path: '/api/v1/workers?limit=500' });
    const decisions = await people.person('qichuan', 'safety-manager').api.listDecisions({ query: { limit: 500 } });
    return {
      genesisHash,
      // Anchors may still have come between the look and the stop.
      heightIsNoLess: height,
      companies: companies.items.map(({ company, name, standing }) => ({ company, name, score: standing?.score })),
      workers: workers.json,
      decisions: decisions.items,
    };
  };

  it('keeps everything, says that it resumed, and stops cleanly with all of its processes when asked', async () => {
    const before = (await state()) as { heightIsNoLess: number };
    const { children } = consortium;
    expect(children).toHaveLength(5);
    expect(await consortium.stop()).toBe(0);
    expect(children.filter(isRunning)).toEqual([]);
    consortium = await launch(home.dir, home.firstPort);
    expect(consortium.output()).toContain('已恢复 Resumed');
    const after = (await state()) as { heightIsNoLess: number };
    expect({ ...after, heightIsNoLess: 0 }).toEqual({ ...before, heightIsNoLess: 0 });
    expect(after.heightIsNoLess).toBeGreaterThanOrEqual(before.heightIsNoLess);
  });

  const stillRuns = async (): Promise<boolean> => {
    const { status } = await consortium.people.nobody('dinggu').send({ path: '/readyz' });
    return status === 200 && consortium.children.every(isRunning);
  };

  it('in the same home while the first still runs is refused with data_dir_locked, and harms nothing', async () => {
    const second = await tryLaunch(home.dir, await freePorts(home.firstPort + 10));
    expect(second).toMatchObject({ exitCode: 1, output: expect.stringContaining('data_dir_locked') });
    expect(second).toMatchObject({ output: expect.stringContaining(ERRORS.data_dir_locked.remedy.zh) });
    expect(await stillRuns()).toBe(true);
  });

  it('on the same ports from another home is refused with port_taken before anything is made', async () => {
    const second = await tryLaunch(elsewhere, home.firstPort);
    expect(second).toMatchObject({ exitCode: 1, output: expect.stringContaining('port_taken') });
    expect(second).toMatchObject({ output: expect.stringContaining(`127.0.0.1:${home.firstPort}`) });
    expect(await stillRuns()).toBe(true);
  });

  it('of one node on a directory that is in use is refused with data_dir_locked', async () => {
    await expect(partsOf(home.dir, home.firstPort).start('dinggu')).rejects.toMatchObject({ code: 'data_dir_locked' });
    expect(await stillRuns()).toBe(true);
  });

  it('of one node on a port that is taken is refused with port_taken, and leaves its directory free', async () => {
    await consortium.stop();
    const { port } = consortium.people.node('dinggu');
    const squatter = createServer();
    await new Promise<void>((listening) => squatter.listen(port, '127.0.0.1', listening));
    const parts = partsOf(home.dir, home.firstPort);
    const refused = await parts.start('dinggu', { awaits: false }).catch((error: unknown) => error);
    await new Promise((closed) => squatter.close(closed));
    expect(refused).toMatchObject({ code: 'port_taken' });
    await parts.start('dinggu', { awaits: false });
    await parts.stop('dinggu');
    consortium = await launch(home.dir, home.firstPort);
  });

  it('ends with process_ended, the name and the log when one of its processes is killed, and leaves none behind', async () => {
    const { children, exited, output } = consortium;
    const nodes = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node/src/main.ts'));
    killAll(nodes.slice(0, 1));
    expect(await exited).toBe(1);
    expect(output()).toMatch(/process_ended · [a-z]+ · signal · .*\.log/);
    expect(children.filter(isRunning)).toEqual([]);
  });
});

/** A small disk, where this machine lets us mount one. */
const disk = mkdtempSync(join(tmpdir(), 'anlian-small-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk]).status === 0;

describe('a node on a full disk', () => {
  const home = copyOfLoadedHome();
  afterAll(() => {
    // Lazily, since a failed test leaves files open.
    if (mounted) spawnSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
    home.remove();
  });

  it.skipIf(!mounted)(
    `refuses what it cannot store with storage_full, goes on reading, loses nothing, and goes on when there is space${mounted ? '' : ' (skipped: this machine lets nobody mount a small disk)'}`,
    { timeout: 240_000 },
    async () => {
      const members = join(home.dir, 'members');
      const dir = join(disk, 'dinggu');
      spawnSync('cp', ['-r', join(members, 'dinggu'), dir]);
      renameSync(join(members, 'dinggu'), join(members, 'dinggu-before'));
      const parts = partsOf(home.dir, home.firstPort, { ANLIAN_DATA_DIR: dir });
      mkdirSync(join(members, 'dinggu'));
      await parts.start('dinggu', { awaits: false });
      const clerk = parts.people.person('dinggu', 'clerk');
      const ballast = join(disk, 'ballast');
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 3 * 1024 * 1024)));

      const stored: string[] = [];
      const employ = async (turn: number) => {
        const portrait = `data:image/png;base64,${Buffer.from(random(45_000)).toString('base64')}`;
        const idDocument = { type: 'passport', number: `F${String(turn).padStart(8, '0')}` };
        const json = { name: `满盘${turn}`, idDocument, birthDate: '1990-01-01', trade: '普工', portrait };
        const answer = await clerk.send({ method: 'POST', path: '/api/v1/workers', json });
        if (answer.status === 201) stored.push((answer.json as { worker: string }).worker);
        return answer;
      };
      let turn = 0;
      let answer = await employ(turn);
      while (answer.status === 201 && turn < 400) answer = await employ(++turn);
      expect(answer.problem).toMatchObject({ status: 507, code: 'storage_full' });
      expect((await employ(++turn)).problem?.code).toBe('storage_full');
      expect((await parts.people.nobody('dinggu').send({ path: '/healthz' })).status).toBe(200);
      const isThere = async (worker: string) =>
        (await clerk.send({ path: `/api/v1/workers/${worker}` })).status === 200;
      expect(await isThere(stored.at(-1) ?? '')).toBe(true);

      rmSync(ballast);
      expect((await employ(++turn)).status).toBe(201);
      await parts.kill('dinggu');
      await parts.start('dinggu', { awaits: false });
      for (const worker of stored) expect(await isThere(worker), worker).toBe(true);
      expect((await clerk.api.findWorkers({ body: { text: '满盘', limit: 100 } })).items.length).toBe(
        Math.min(stored.length, 100),
      );
      await parts.stopAll();
    },
  );
});
