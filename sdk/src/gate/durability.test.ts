import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DECISION_TYPE, DecisionRecord } from '@anlian/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gate, openGate } from './gate.ts';
import { openJws } from './jws.ts';
import { textDigest } from './pack/index.ts';
import { makeWorld } from './world.fixture.ts';

const child = fileURLToPath(new URL('./crash.fixture.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'anlian-durability-'));
afterAll(() => rmSync(root, { recursive: true }));

const world = await makeWorld();
let dir: string;
let directories = 0;
beforeEach(() => {
  dir = join(root, String(++directories));
});

/** Runs a child until it has printed so many lines, then kills it with no chance to tidy up. */
const killAfter = async (scenario: string, lines: number): Promise<string[]> => {
  const running = spawn(process.execPath, [child, scenario, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed: string[] = [];
  for await (const line of createInterface(running.stdout)) {
    printed.push(line);
    if (printed.length === lines) running.kill('SIGKILL');
  }
  if (running.exitCode === null && running.signalCode === null) await once(running, 'exit');
  expect(running.signalCode).toBe('SIGKILL');
  return printed;
};

const stored = async (gate: Gate): Promise<string[]> => {
  const sent: string[] = [];
  await gate.upload(async (decisions) => ({ upTo: sent.push(...decisions) }));
  return sent;
};

const expectChain = async (gate: Gate, chain: readonly string[]): Promise<void> => {
  let previous: string | null = null;
  for (const [at, jws] of chain.entries()) {
    const record = DecisionRecord.parse(await openJws(jws, DECISION_TYPE, [gate.key]));
    expect(record).toMatchObject({ seq: at + 1, previous });
    previous = await textDigest(jws);
  }
};

/** Children start, and files are flushed, on machines that have other things to do. */
const SLOW = { timeout: 180_000 };

describe('kill -9', SLOW, () => {
  it('during decisions: whatever was told is there exactly once, and the chain is whole', async () => {
    const told = new Map<number, string>();
    for (const lines of [40, 7, 101]) {
      for (const line of await killAfter('decide', lines)) {
        const [seq = '', digest = ''] = line.split(' ');
        expect(told.has(Number(seq))).toBe(false);
        told.set(Number(seq), digest);
      }
    }
    const gate = await openGate(world.options(dir));
    const chain = await stored(gate);
    await expectChain(gate, chain);
    for (const [seq, digest] of told) expect(await textDigest(chain[seq - 1] ?? '')).toBe(digest);
    expect(told.size).toBeGreaterThanOrEqual(148);
    gate.close();
  });

  it('while a large pack replaces the present one: the present one stays, and the next sync succeeds', async () => {
    const printed = await killAfter('sync', 8);
    expect(printed).not.toContain('replaced');
    const gate = await openGate(world.options(dir));
    expect(gate.status().pack?.height).toBe(41);
    const { decision } = await gate.decide({ text: world.badge(), direction: 'in' });
    expect(decision.reasons.map(({ code }) => code)).not.toContain('gate_unsynced');
    await gate.sync(() => world.pack({ height: 43 }));
    expect(gate.status().pack?.height).toBe(43);
    gate.close();
  });
});

describe('a full disk', SLOW, () => {
  const mount = 'mkdir -p "$1" && mount -t tmpfs -o size=5m none "$1" && exec "$2" "$3" fill "$1"';
  const run = (script: string, ...parameters: string[]) => ['-Ur', '-m', 'sh', '-c', script, 'sh', ...parameters];
  const canMount = spawnSync('unshare', run('mount -t tmpfs none /mnt')).status === 0;

  it('refuses a decision by name, leaves nothing half-written, and goes on when there is room', ({ skip }) => {
    if (!canMount) skip('a small file system of one’s own needs user namespaces (unshare -Ur -m)');
    const printed = execFileSync('unshare', run(mount, dir, process.execPath, child), {
      encoding: 'utf8',
      timeout: 120_000,
    });
    const { kept, ...seen } = JSON.parse(printed);
    expect(kept).toBeGreaterThan(10);
    expect(seen).toEqual({
      fault: 'storage_full',
      sync: 'storage_full',
      emergency: ['allow', null, 'storage_full'],
      lastSeqWhileFull: kept,
      heightWhileFull: 41,
      seqAfter: kept + 1,
      sent: kept + 1,
    });
  });
});
