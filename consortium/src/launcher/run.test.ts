import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLocalConsortium } from './run.ts';

const dir = mkdtempSync(join(tmpdir(), 'anlian-refused-start-'));
const stranger = createServer();
beforeAll(async () => {
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
});
afterAll(() => {
  stranger.close();
  rmSync(dir, { recursive: true });
});

const start = (homeDir: string) =>
  runLocalConsortium({
    homeDir,
    asked: { firstPort: (stranger.address() as AddressInfo).port, ledger: undefined },
    clock: Date.now,
    random: (length) => new Uint8Array(length),
    fetch,
    output: process.stdout,
    signal: new AbortController().signal,
    fabricSources: { binDir: undefined, searchPath: '', cacheDir: dir },
  });

it('a start that is refused before anything runs leaves no home behind, and one that was there', async () => {
  const fresh = join(dir, 'fresh');
  await expect(start(fresh)).rejects.toMatchObject({ code: 'port_taken' });
  expect(existsSync(fresh)).toBe(false);
  const old = join(dir, 'old');
  mkdirSync(old);
  await expect(start(old)).rejects.toMatchObject({ code: 'port_taken' });
  expect(existsSync(old)).toBe(true);
});
