import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalBytes } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { developmentTokens } from '../../portal/src/session/developmentTokens.ts';
import { type PortalNode, startPortalNode } from '../portal/portalNode.ts';
import { chromiumBinary, inChromium } from '../support/chromium.ts';
import { localFetch } from '../support/people.ts';
import { openProofCase } from '../support/proofCase.ts';
import { packageOf, ROOT } from '../support/sourceTree.ts';
import { bundleForBrowser, verdictsInChromium } from './browser.ts';
import { openProject, type Project } from './project.ts';
import { mustRun, type Ran, run } from './run.ts';
import { oldestRuntime, ownRuntime } from './runtimes.ts';

const PACKAGES = ['contracts', 'chaincode', 'sdk'] as const;
/** The one entry that is nothing without an optional package. */
const NEEDS_SHIM = '@anlian/chaincode/fabric';
const ENTRIES = PACKAGES.flatMap((room) =>
  Object.keys(packageOf(room).exports ?? {}).map((name) => `@anlian/${room}${name.slice(1)}`),
).filter((entry) => entry !== NEEDS_SHIM);
const BROWSER_ENTRIES = ['@anlian/sdk', '@anlian/sdk/verify', '@anlian/sdk/decide', '@anlian/sdk/code'];
const CONSUMER = readFileSync(new URL('consumer.ts', import.meta.url), 'utf8');

/** What the compiler says of the consumer or of our packages; others' declarations may ask for more than is there. */
const OURS = /^(?:\w+\.ts|node_modules\/@anlian\/.*)\(\d+,\d+\): error|^error/;
/** What is wrong with it, the right words of the consumer, and the wrong ones. */
const WRONG_CALLS = [
  ['a body that lacks a field', "site: 'quay-nine', ", ''],
  ['a parameter of another name', '{ company:', '{ compny:'],
  ['an operation that there is none of', 'client.registerSite', 'client.registerSiet'],
  ['a field that no answer has', '{ site, ledger }', '{ site, score }'],
] as const;

const runtimes = [ownRuntime, await oldestRuntime()];
let project: Project;
let node: PortalNode;
let genesis = '';

/** A proof from a real ledger, the same with another number at its gate, and the trust file. */
const writeProofs = async (dir: string): Promise<void> => {
  const { network, bundle, trust } = await openProofCase();
  genesis = trust.genesisHash;
  writeFileSync(join(dir, 'proof.json'), canonicalBytes(bundle));
  writeFileSync(join(dir, 'changed.json'), canonicalBytes({ ...bundle, leaf: { ...bundle.leaf, seq: 2 } }));
  writeFileSync(join(dir, 'trust.json'), JSON.stringify(trust));
  await network.close();
};

beforeAll(async () => {
  project = await openProject();
  await writeProofs(project.dir);
});
afterAll(() => {
  for (const { remove } of [...runtimes, ...(project ? [project] : [])]) remove();
});

describe('a tarball', () => {
  it.each(PACKAGES)('of %s holds JavaScript, its declarations, what it is and its licence', async (room) => {
    const listed = await mustRun(ROOT, 'tar', ['tzf', project.tarballs[room] ?? '']);
    const files = listed
      .trim()
      .split('\n')
      .map((file) => file.replace('package/', ''));
    const scripts = files.filter((file) => file.endsWith('.js'));
    const declarations = scripts.map((file) => file.replace(/\.js$/, '.d.ts'));
    expect(files.toSorted()).toEqual([...scripts, ...declarations, 'LICENSE', 'README.md', 'package.json'].toSorted());
    expect(files.filter((file) => /\.test\.|fixture|testing\//.test(file))).toEqual([]);
  });

  it.each(PACKAGES)('of %s is made by nothing but the script that compiles it', async (room) => {
    const { status, err } = await run(join(ROOT, room), 'npm', ['pack', '--dry-run']);
    expect([status, err]).toEqual([1, expect.stringContaining('npm run pack')]);
  });
});

describe('types', () => {
  it.each([
    ['Node', ENTRIES, { types: ['node'], lib: ['es2023'], module: 'nodenext' }],
    [
      'a browser',
      BROWSER_ENTRIES,
      { types: [], lib: ['es2023', 'dom'], module: 'esnext', moduleResolution: 'bundler' },
    ],
  ])('hold for %s, our declarations themselves too', async (_who, entries, options) => {
    const lines = entries.map((entry, at) => `export * as entry${at} from '${entry}';`);
    writeFileSync(join(project.dir, 'entries.ts'), lines.join('\n'));
    const { out } = await project.compile(['entries.ts'], { ...options, noEmit: true });
    expect(out.split('\n').filter((line) => OURS.test(line))).toEqual([]);
  });

  it('refuse every wrong call', async () => {
    const files = WRONG_CALLS.map((_call, at) => `wrong${at}.ts`);
    for (const [at, [, right, wrong]] of WRONG_CALLS.entries())
      writeFileSync(join(project.dir, files[at] ?? ''), CONSUMER.replace(right, wrong));
    const { out } = await project.compile(files, { types: ['node'], module: 'nodenext', noEmit: true });
    const refused = new Set([...out.matchAll(/^wrong(\d)\.ts\(\d+,\d+\): error TS/gm)].map(([, at]) => Number(at)));
    expect(WRONG_CALLS.filter((_call, at) => !refused.has(at))).toEqual([]);
  });
});

for (const { name, node: runtime = '' } of runtimes)
  describe.skipIf(runtime === '')(`on ${name}`, () => {
    const evaluate = (text: string): Promise<Ran> => run(project.dir, runtime, ['--input-type=module', '-e', text]);
    const anlian = (...args: readonly string[]): Promise<Ran> =>
      run(project.dir, runtime, ['node_modules/@anlian/sdk/bin/anlian.js', ...args], { ANLIAN_HOME: project.dir });

    it('every entry loads without the optional packages', async () => {
      for (const optional of ['@hyperledger/fabric-gateway', 'fabric-network', 'fabric-shim'])
        expect(existsSync(join(project.dir, 'node_modules', optional))).toBe(false);
      const imports = ENTRIES.map((entry) => `import '${entry}';`).join('\n');
      const { status, out } = await evaluate(`${imports} process.stdout.write('Node ' + process.versions.node)`);
      expect([status, out]).toEqual([0, name]);
    });

    it.each([
      ['connectFabricGateway', '@hyperledger/fabric-gateway'],
      ['connectFabricNetwork', 'fabric-network'],
    ])('%s asks for the optional package that it needs', async (connect, wanted) => {
      const { out } = await evaluate(`import { ${connect} } from '@anlian/sdk/ledger';
        const options = { endpoint: '', tlsRootPem: '', peers: [], identity: {}, channel: 'a', chaincode: 'a' };
        const told = ({ code, field }) => process.stdout.write(JSON.stringify({ code, field }));
        await ${connect}(options).describe().catch(told);`);
      expect(JSON.parse(out)).toEqual({ code: 'configuration_invalid', field: wanted });
    });

    it('anlian verify ends with 3, 0, 1 and 2 as it says', async () => {
      const pinned = ['verify', 'proof.json', '--genesis', genesis];
      expect(await anlian(...pinned)).toMatchObject({ status: 3, err: '' });
      expect(await anlian(...pinned, '--accept-embedded')).toMatchObject({ status: 0, err: '' });
      const refused = await anlian('verify', 'changed.json', '--lang', 'en');
      expect(refused).toMatchObject({ status: 1, out: expect.stringContaining('✗ leaf_form') });
      expect((await anlian('verify')).status).toBe(2);
    });

    it.skipIf(process.platform === 'win32')('the command runs by its own first line', async () => {
      const env = { PATH: `${join(runtime, '..')}:${process.env.PATH}` };
      const { status, out } = await run(project.dir, 'node_modules/.bin/anlian', ['verify', '--help'], env);
      expect([status, out]).toEqual([0, expect.stringContaining('anlian verify BUNDLE')]);
    });
  });

describe('a typed client of a running node', () => {
  let token = '';
  beforeAll(async () => {
    node = await startPortalNode();
    const identity = { resource: `${node.url}/api`, scope: 'api' } as const;
    const fetch: typeof globalThis.fetch = (path, init) => localFetch(`${node.url}${String(path)}`, init);
    token = await developmentTokens({ identity, person: 'administrator', fetch, clock: Date.now }).token();
    writeFileSync(join(project.dir, 'consumer.ts'), CONSUMER);
    expect(await project.compile(['consumer.ts'], { types: ['node'], module: 'nodenext' })).toMatchObject({ out: '' });
  });
  afterAll(() => node?.close());

  for (const { name, node: runtime = '' } of runtimes)
    it.skipIf(runtime === '')(`adds a fact once, and hears why it is refused, on ${name}`, async () => {
      const { out, err } = await run(project.dir, runtime, [
        'consumer.js',
        node.url,
        token,
        'one-key-for-every-runtime',
      ]);
      expect(err).toBe('');
      expect(JSON.parse(out)).toEqual({
        site: 'quay-nine',
        state: expect.stringMatching(/^(?:queued|committed)$/),
        code: 'not_found',
        traceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    });
});

describe('@anlian/sdk/verify in a browser', () => {
  it.skipIf(chromiumBinary === undefined)(inChromium('comes to the same verdicts, and asks nobody'), async () => {
    const script = await bundleForBrowser(project.dir);
    expect(script).not.toMatch(/["']node:/);
    const read = (file: string): string => readFileSync(join(project.dir, file), 'utf8');
    const proofs = ['proof.json', 'changed.json'].map(read);
    const { verdicts, requests } = await verdictsInChromium(script, proofs, read('trust.json'), genesis);
    expect(verdicts).toEqual(['proven on the word of single-operator', 'refused: leaf_form']);
    expect(requests).toEqual([]);
  });
});
