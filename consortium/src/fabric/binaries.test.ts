import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findBinaries } from './binaries.ts';

const dir = mkdtempSync(join(tmpdir(), 'anlian-binaries-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const program = (folder: string, name: string, script: string): void => {
  mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, folder, name), 0o755);
};
const folderOf = (folder: string, names: readonly string[]): string => {
  for (const name of names) program(folder, name, "printf 'peer:\\n Version: v2.5.16\\n'");
  return join(dir, folder);
};
const ALL = ['peer', 'orderer', 'configtxgen', 'osnadmin'];
const empty = join(dir, 'empty');
mkdirSync(empty);

const sources = (given: { binDir?: string; searchPath?: string; cacheDir?: string }) => ({
  binDir: undefined,
  searchPath: empty,
  cacheDir: join(dir, 'cache'),
  onBuild: () => undefined,
  ...given,
});

describe('Fabric’s programs', () => {
  it('come from the folder that is named, before those of the search path', async () => {
    const binDir = folderOf('named', ALL);
    const found = await findBinaries(sources({ binDir, searchPath: folderOf('path', ALL) }));
    expect(found).toMatchObject({ dir: binDir, source: 'ANLIAN_FABRIC_BIN', version: '2.5.16' });
    expect(found.path('orderer')).toBe(join(binDir, 'orderer'));
  });

  it('come from a folder of the search path that has all of them', async () => {
    const searchPath = [folderOf('some', ['peer']), folderOf('all', ALL)].join(':');
    expect(await findBinaries(sources({ searchPath }))).toMatchObject({ dir: join(dir, 'all'), source: 'PATH' });
  });

  it('are each named when the folder that was named lacks them, and nothing else is taken', async () => {
    const binDir = folderOf('lacking', ['peer', 'orderer']);
    const asked = findBinaries(sources({ binDir, searchPath: folderOf('path', ALL) }));
    await expect(asked).rejects.toMatchObject({
      code: 'fabric_binary_missing',
      field: 'configtxgen, osnadmin',
      detail: expect.stringContaining(binDir),
    });
  });

  it('cannot be built without Go, which is said', async () => {
    await expect(findBinaries(sources({}))).rejects.toMatchObject({
      code: 'fabric_binary_missing',
      detail: expect.stringContaining('no Go to build them'),
    });
  });

  it('leave nothing behind of a build that failed, and its complaint is told', async () => {
    program('broken', 'go', 'echo "go: downloading x" >&2; echo "no such module" >&2; exit 1');
    const cacheDir = join(dir, 'cache-broken');
    const asked = findBinaries(sources({ searchPath: join(dir, 'broken'), cacheDir }));
    await expect(asked).rejects.toMatchObject({ detail: 'go build failed: no such module' });
    expect(readdirSync(cacheDir)).toEqual([]);
  });

  it('are built once, told once, and taken from the cache later', async () => {
    const script = ALL.map(
      (name) => `printf '#!/bin/sh\\necho " Version: v2.5.16"\\n' > "$4/${name}"; chmod 755 "$4/${name}"`,
    );
    program('builder', 'go', `PATH=/usr/bin:/bin\n${script.join('\n')}`);
    const told: string[] = [];
    const build = { ...sources({ searchPath: join(dir, 'builder') }), onBuild: () => told.push('build') };
    const first = await findBinaries(build);
    const second = await findBinaries({ ...build, searchPath: empty });
    expect(first).toMatchObject({ source: 'built from the Go module', version: '2.5.16' });
    expect([second.dir, told]).toEqual([first.dir, ['build']]);
  });

  it('are refused where the cache cannot be written', async () => {
    writeFileSync(join(dir, 'file'), '');
    program('some-go', 'go', 'exit 1');
    const asked = findBinaries(sources({ cacheDir: join(dir, 'file'), searchPath: join(dir, 'some-go') }));
    await expect(asked).rejects.toMatchObject({ code: 'data_dir_unwritable' });
  });
});
