import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MODULE_DIR } from './binaries.ts';
import { newerPatch, requireFitting, stallRemedy, versionOf } from './versions.ts';

const dir = mkdtempSync(join(tmpdir(), 'anlian-versions-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const MODULE = 'v1.4.0-rc1.0.20230401164317-bd8e24856939';

const peerSaying = (version: string, inside = ''): string => {
  const file = join(dir, `peer-${version}${inside}`);
  writeFileSync(file, `#!/bin/sh\n# ${inside}\nprintf 'peer:\\n Version: ${version}\\n Go version: go1.26.8\\n'\n`);
  chmodSync(file, 0o755);
  return file;
};

describe('the version of Fabric’s programs', () => {
  it.each([
    ['v3.1.5', '', '3.1.5'],
    ['2.5.16', '', '2.5.16'],
    ['latest', MODULE, '2.5.0'],
    ['latest', 'v1.4.0-rc1.0.20991231000000-000000000000', 'unknown'],
    ['2.5.17', MODULE, '2.5.17'],
  ])('is told of a peer that says %s, built from %s', async (said, inside, version) => {
    expect(await versionOf(peerSaying(said, inside), MODULE_DIR)).toBe(version);
  });

  it('is refused of a program that does not run', async () => {
    await expect(versionOf(join(dir, 'nothing'), MODULE_DIR)).rejects.toMatchObject({ code: 'fabric_binary_missing' });
  });

  it.each([
    ['2.5.0', '2.5.16'],
    ['2.5.16', undefined],
    ['2.5.17', undefined],
    ['2.4.9', '2.5.16'],
    ['3.0.0', '3.1.5'],
    ['3.1.4', '3.1.5'],
    ['3.1.5', undefined],
    ['3.1.12', undefined],
    ['3.2.0', undefined],
    ['4.0.0', undefined],
    ['unknown', undefined],
  ])('%s is warned of %s', (version, newer) => {
    expect(newerPatch(version)).toBe(newer);
  });

  it.each([
    ['2.5.0', true],
    ['2.5.2', true],
    ['2.5.3', false],
    ['2.5.16', false],
    ['2.4.9', false],
    ['3.1.5', false],
    ['unknown', false],
  ])('%s is blamed for an orderer that stops as it starts: %s', (version, blamed) => {
    expect(stallRemedy(version) !== undefined).toBe(blamed);
  });

  it.each([
    ['raft1', '2.5.0', true],
    ['raft3', '2.5.16', true],
    ['raft3', '3.1.5', true],
    ['bft4', '3.1.5', true],
    ['bft4', '2.5.16', false],
    ['bft4', 'unknown', false],
    ['raft1', 'unknown', false],
    ['raft1', '1.4.12', false],
  ] as const)('%s on %s: %s', (profile, version, fits) => {
    const ask = () => requireFitting(profile, { version, dir: 'bin' });
    if (fits) expect(ask).not.toThrow();
    else
      expect(ask).toThrow(
        expect.objectContaining({ code: 'fabric_version_unsuitable', field: `--profile ${profile}` }),
      );
  });
});
