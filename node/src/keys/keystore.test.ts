import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
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

  it('finds the node’s own keys of an earlier home, and keeps them apart from those of a tenant called own', async () => {
    const dir = join(root, 'earlier');
    const made = await openKeystore(dir);
    const kids = [(await made.create('actor')).descriptor.kid, (await made.create('log')).descriptor.kid];
    for (const use of ['actor', 'log']) renameSync(join(dir, `_own.${use}.jwk`), join(dir, `own.${use}.jwk`));
    const opened = await openKeystore(dir);
    const tenant = (await opened.create('actor', 'own')).descriptor.kid;
    for (const keys of [opened, await openKeystore(dir)]) {
      expect([keys.key('actor').descriptor.kid, keys.key('log').descriptor.kid]).toEqual(kids);
      expect(keys.key('actor', 'own').descriptor.kid).toBe(tenant);
    }
    expect(kids).not.toContain(tenant);
  });

  it('never shows a private key in what it hands out for the ledger', async () => {
    const dir = join(root, 'shown');
    const { descriptor } = await (await openKeystore(dir)).create('log');
    const { d } = JSON.parse(readFileSync(join(dir, '_own.log.jwk'), 'utf8'));
    expect(JSON.stringify(descriptor)).not.toContain(d);
  });
});
