import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alone } from './call.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'anlian-alone-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const refused = () => Promise.reject(new Error('refused'));

describe('a home, once its command was refused', () => {
  it('is not there when it was not before', async () => {
    await expect(alone(join(dir, 'new'), refused)).rejects.toThrow('refused');
    expect(existsSync(join(dir, 'new'))).toBe(false);
  });

  it('stays with what the command wrote', async () => {
    const home = join(dir, 'new');
    const work = async () => {
      writeFileSync(join(home, 'fabric.json'), '');
      await refused();
    };
    await expect(alone(home, work)).rejects.toThrow('refused');
    expect(readdirSync(home)).toContain('fabric.json');
  });

  it('stays when it was there before', async () => {
    mkdirSync(join(dir, 'old'));
    await expect(alone(join(dir, 'old'), refused)).rejects.toThrow('refused');
    expect(existsSync(join(dir, 'old'))).toBe(true);
  });
});
