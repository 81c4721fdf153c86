import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../../test/support/sourceTree.ts';
import { buildChaincode } from './bundle.ts';

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

/** Another checkout: sources of its own, packages by links, the rooms linked to its own sources as npm does. */
const checkout = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-checkout-'));
  dirs.push(dir);
  for (const room of ['contracts', 'chaincode'])
    cpSync(join(ROOT, room), join(dir, room), { recursive: true, filter: (path) => !path.includes('node_modules') });
  mkdirSync(join(dir, 'node_modules', '@anlian'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((one) => one !== '@anlian'))
    symlinkSync(join(ROOT, 'node_modules', name), join(dir, 'node_modules', name));
  for (const room of ['contracts', 'chaincode'])
    symlinkSync(join('..', '..', room), join(dir, 'node_modules', '@anlian', room));
  return dir;
};

describe('the chaincode’s bundle', () => {
  it('is the same bytes from every checkout of the same sources', async () => {
    const [here, there] = [await buildChaincode(), await buildChaincode(checkout())];
    expect(there.sha256).toBe(here.sha256);
    expect(here.bytes.length).toBeGreaterThan(100_000);
    expect(Buffer.from(here.bytes).includes(ROOT)).toBe(false);
  });

  it.each(['contracts/src/index.ts', 'chaincode/src/runner/invoke.ts'])(
    'has another hash when %s says something else',
    async (file) => {
      const dir = checkout();
      appendFileSync(join(dir, file), "\nconsole.info('changed');\n");
      expect((await buildChaincode(dir)).sha256).not.toBe((await buildChaincode()).sha256);
    },
  );
});
