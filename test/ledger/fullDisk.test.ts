import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { connectAs, genesisWith, inProcess, openIn } from '../support/embeddedLedger.ts';
import { foundChannel, foundingGovernors, type Governor, signedBy } from '../support/governors.ts';

/** A disk of a quarter of a megabyte, where this machine lets us mount one. */
const disk = mkdtempSync(join(tmpdir(), 'anlian-full-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]).status === 0;
// Lazily, since a failed test leaves the ledger's file open.
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true });
});

describe('the embedded ledger on a full disk', () => {
  it.skipIf(!mounted)(
    `refuses what it cannot store, keeps answering, and goes on when there is space again${mounted ? '' : ' (skipped: this machine lets nobody mount a small disk)'}`,
    { timeout: 60_000 },
    async () => {
      const governors = await foundingGovernors();
      const [hengyuan] = governors as [Governor];
      const genesis = await genesisWith(governors);
      const dir = join(disk, 'ledger');
      let ledger = await openIn(dir, genesis);
      const port = connectAs(hengyuan, 'http://ledger', { fetch: inProcess(() => ledger) });
      await foundChannel(governors, port);
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(96 * 1024));

      const register = (site: string) => port.submit(signedBy(hengyuan, 'site:register', { site }));
      const size = () => statSync(join(dir, 'blocks.anlb')).size;
      const stored: string[] = [];
      let sizeBefore = size();
      let refusal: unknown;
      for (let at = 0; refusal === undefined; at++) {
        await register(`site-${at}`).then(
          () => {
            stored.push(`site-${at}`);
            sizeBefore = size();
          },
          (error: unknown) => {
            refusal = error;
          },
        );
      }
      expect(refusal).toBeInstanceOf(AnlianError);
      expect(refusal).toMatchObject({ code: 'storage_full' });
      const { height } = ledger.describe();
      expect(size(), 'nothing of the refused block stays in the file').toBe(sizeBefore);

      await expect(register('site-refused')).rejects.toMatchObject({ code: 'storage_full' });
      expect(await port.query('query:get', { key: `site/${stored.at(-1)}` })).toMatchObject({ site: stored.at(-1) });
      expect(await port.query('query:get', { key: 'site/site-refused' })).toBeNull();
      expect(ledger.describe().height).toBe(height);

      rmSync(ballast);
      expect((await register('site-refused')).blockNumber).toBe(height);
      await ledger.close();
      ledger = await openIn(dir, genesis);
      expect(ledger.describe().height).toBe(height + 1);
      for (const site of [...stored, 'site-refused'])
        expect(await port.query('query:get', { key: `site/${site}` })).toMatchObject({ site });
      await ledger.close();
    },
  );
});
