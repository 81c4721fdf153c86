import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compile } from './compile.ts';
import { entriesOf, type Manifest, publishedManifest, sourcesByName } from './manifest.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');
/** What other software installs, each after those it depends on. */
const PACKAGES = ['contracts', 'chaincode', 'sdk'] as const;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly entryCount: number;
}

const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(ROOT, name, 'package.json'), 'utf8')) as Manifest;

/** Beside its built files, everything else that a package holds. */
const furnish = (name: string, stage: string): void => {
  const manifest = publishedManifest(manifestOf(name));
  writeFileSync(join(stage, name, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(ROOT, name, 'README.md'), join(stage, name, 'README.md'));
  copyFileSync(join(ROOT, 'LICENSE'), join(stage, name, 'LICENSE'));
};

const npmPack = (dir: string, to: string): Packed => {
  const { status, stdout, stderr } = spawnSync('npm', ['pack', dir, '--pack-destination', to, '--json'], {
    encoding: 'utf8',
    shell: process.platform === 'win32', // npm is a batch file there.
  });
  if (status !== 0) throw new Error(`npm pack ended with ${status}:\n${stderr}`);
  const packed: unknown = JSON.parse(stdout);
  // npm 12 names the packages, earlier ones number them.
  const [only] = Object.values(packed as Readonly<Record<string, Packed>>);
  if (!only) throw new Error(`npm pack told of no tarball:\n${stdout}`);
  return only;
};

/** `npm run pack [-- --to DIR]`: tarballs of JavaScript with declarations, in `dist/` or the folder named. */
const { values } = parseArgs({ options: { to: { type: 'string', default: DIST } } });
mkdirSync(values.to, { recursive: true });
mkdirSync(DIST, { recursive: true });
const stage = mkdtempSync(join(DIST, 'stage-'));
try {
  const manifests = PACKAGES.map((name) => ({ name, manifest: manifestOf(name) }));
  const sources = manifests.flatMap(({ name, manifest }) =>
    entriesOf(manifest).map((entry) => join(ROOT, name, entry)),
  );
  const byName = manifests.flatMap(({ name, manifest }) =>
    sourcesByName(manifest).map(([imported, entry]) => [imported, join(ROOT, name, entry)] as const),
  );
  compile(ROOT, sources, new Map(byName), stage);
  for (const name of PACKAGES) {
    furnish(name, stage);
    const { filename, size, entryCount } = npmPack(join(stage, name), values.to);
    process.stdout.write(`${join(values.to, filename)}  ${Math.ceil(size / 1024)} KiB, ${entryCount} files\n`);
  }
} finally {
  rmSync(stage, { recursive: true });
}
