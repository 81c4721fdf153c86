import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { homeAt, openState } from './home.ts';

describe('a home', () => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-home-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const open = () =>
    openState(homeAt(dir), 0, { asked: { firstPort: undefined, ledger: undefined }, defaultPort: 7300 });

  it('is opened again with what it knew, and refused when another build made it', async () => {
    const first = await open();
    expect(await open()).toEqual(first);
    const file = join(dir, 'launcher.json');
    const { format: _, ...earlier } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify(earlier));
    await expect(open()).rejects.toMatchObject({ code: 'configuration_invalid', field: '--home' });
  });
});
