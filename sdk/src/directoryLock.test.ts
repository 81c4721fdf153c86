import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory, lockDirectoryInTurn } from './directoryLock.ts';

const LOCK_MODULE = new URL('./directoryLock.ts', import.meta.url).href;
const HOLD = `const { lockDirectory } = await import(${JSON.stringify(LOCK_MODULE)});
  globalThis.lock = lockDirectory(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'anlian-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const children: ChildProcess[] = [];

async function holder() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLD, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

const refusal = (): AnlianError => {
  try {
    lockDirectory(directory).release();
  } catch (error) {
    if (error instanceof AnlianError) return error;
  }
  throw new Error('the lock was given');
};

describe('lock on a data directory', () => {
  it('refuses a second holder in the same process until the first releases it', () => {
    const lock = lockDirectory(directory);
    expect(refusal().code).toBe('data_dir_locked');
    lock.release();
    lock.release();
    lockDirectory(directory).release();
  });

  it('names the process to stop when another process holds it', async () => {
    const child = await holder();
    expect(refusal()).toMatchObject({ code: 'data_dir_locked', field: 'directory' });
    expect(refusal().detail).toContain(`process ${child.pid}`);
  });

  it('ends with its process, also after kill -9', async () => {
    const child = await holder();
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockDirectory(directory).release();
  });

  it('is handed on to those who wait, one at a time', async () => {
    const order: string[] = [];
    const first = lockDirectory(directory);
    const turn = async (name: string) => {
      const lock = await lockDirectoryInTurn(directory);
      order.push(`${name} in`);
      await new Promise(setImmediate);
      order.push(`${name} out`);
      lock.release();
    };
    const waiting = [turn('a'), turn('b')];
    order.push('first out');
    first.release();
    await Promise.all(waiting);
    expect(order[0]).toBe('first out');
    expect(order[1]?.split(' ')[0]).toBe(order[2]?.split(' ')[0]);
    expect(order[3]?.split(' ')[0]).toBe(order[4]?.split(' ')[0]);
  });
});
