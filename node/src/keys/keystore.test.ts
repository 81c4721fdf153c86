import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openKeystore } from './keystore.ts';

const root = mkdtempSync(join(tmpdir(), 'anlian-keys-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('the key store', () => {
  it('makes one key for requests that come at once, and the file holds that key', async () => {
    const dir = join(root, 'at-once');
    const keys = await openKeystore(dir);
    const made = await Promise.all(Array.from({ length: 8 }, () => keys.create('actor', 'anlan')));
    const [kid] = new Set(made.map(({ descriptor }) => descriptor.kid));
    expect(new Set(made.map(({ descriptor }) => descriptor.kid)).size).toBe(1);
    expect((await openKeystore(dir)).key('actor', 'anlan').descriptor.kid).toBe(kid);
    expect(readdirSync(dir)).toEqual(['anlan.actor.jwk']);
  });

  it('never shows a private key in what it hands out for the ledger', async () => {
    const dir = join(root, 'shown');
    const { descriptor } = await (await openKeystore(dir)).create('log');
    const { d } = JSON.parse(readFileSync(join(dir, 'own.log.jwk'), 'utf8'));
    expect(JSON.stringify(descriptor)).not.toContain(d);
  });
});
