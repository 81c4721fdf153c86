import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FabricBinaries, findBinaries } from '@anlian/consortium/fabric';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureMaterial } from '../../consortium/src/fabric/material.ts';
import { freePorts } from '../support/consortium.ts';
import { until } from '../support/until.ts';
import { componentOf, containerOf, environmentOf, type Manifest, manifestsOf, render } from './manifests.ts';
import { BUILD_WITHIN_MS, type DeployTools } from './tools.ts';

const PORTS_NEEDED = 5;

/** Fabric’s programs take what the chart gives to their containers. */
export const describePrograms = (tools: () => DeployTools): void => {
  let dir: string;
  let binaries: FabricBinaries;
  let manifests: Manifest[];
  let port: number;
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'anlian-containers-'));
    binaries = await findBinaries({
      binDir: process.env.ANLIAN_FABRIC_BIN,
      searchPath: process.env.PATH ?? '',
      cacheDir: join(homedir(), '.cache', 'anlian'),
      onBuild: () => process.stdout.write('building Fabric’s programs with Go, once\n'),
    });
    const { stdout } = await render(tools(), 'governor-ordering.yaml');
    manifests = manifestsOf(stdout);
    port = await freePorts(28_000, PORTS_NEEDED);
    const organisation = {
      member: 'hengyuan',
      mspId: 'hengyuanMSP',
      name: 'hengyuan',
      dir,
      peerPort: 0,
      peerOperationsPort: 0,
      chaincodePort: 0,
      orderer: undefined,
    };
    await ensureMaterial(organisation, { crypto: globalThis.crypto, now: new Date() });
  }, BUILD_WITHIN_MS);
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });

  /** The container's folders lie in `dir`, and its ports on loopback. */
  const here = (text: string): string =>
    text
      .replaceAll('/etc/anlian', dir)
      .replaceAll('/var/hyperledger', join(dir, 'data'))
      .replaceAll('0.0.0.0:7051', `127.0.0.1:${port}`)
      .replace('ListenAddress: 0.0.0.0\n', 'ListenAddress: 127.0.0.1\n')
      .replace('ListenPort: 7050', `ListenPort: ${port + 1}`)
      .replaceAll('127.0.0.1:7053', `127.0.0.1:${port + 2}`);

  it.each([
    { component: 'peer', settings: 'core.yaml', args: ['node', 'start'], operations: 3 },
    { component: 'orderer', settings: 'orderer.yaml', args: [], operations: 4 },
  ] as const)('start the $component, which says it is healthy', async ({ component, settings, args, operations }) => {
    const files = manifests.find((one) => one.kind === 'ConfigMap' && componentOf(one) === 'settings')?.data ?? {};
    const config = join(dir, `${component}-config`);
    const address = `127.0.0.1:${port + operations}`;
    await mkdir(config);
    await writeFile(join(config, settings), here(files[settings] ?? '').replaceAll('0.0.0.0:9443', address));
    const declared = environmentOf(containerOf(manifests, component));
    const env = Object.fromEntries(Object.entries(declared).map(([name, value]) => [name, here(value)]));

    const child = spawn(binaries.path(component), args, { env: { ...env, FABRIC_CFG_PATH: config }, stdio: 'pipe' });
    running.push(child);
    let said = '';
    child.stderr.on('data', (bytes) => {
      said += String(bytes);
    });
    await until(
      `${component} is healthy`,
      async () => {
        if (child.exitCode !== null) throw new Error(said.slice(-2000));
        return fetch(`http://${address}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      { withinMs: 25_000 },
    );
    expect(await readFile(join(config, settings), 'utf8')).not.toContain('0.0.0.0');
    expect(said).toContain('hengyuanMSP');
  });
};
