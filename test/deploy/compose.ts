import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { NEWEST } from '@anlian/consortium/fabric';
import { readConfig } from '@anlian/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig as readChaincodeConfig } from '../../chaincode/src/fabric/config.ts';
import { COMPOSE, type DeployTools, example, type Outcome } from './tools.ts';

interface Reference {
  readonly source: string;
  readonly target?: string;
}

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets?: readonly Reference[];
  readonly configs?: readonly Reference[];
  readonly networks: Readonly<Record<string, unknown>>;
  readonly ports?: readonly { readonly published: string; readonly host_ip?: string }[];
  readonly deploy: { readonly resources: { readonly limits: object } };
}

interface Project {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly configs?: Readonly<Record<string, { readonly file: string }>>;
}

const GOVERNOR = ['chaincode', 'node', 'peer', 'postgres'];
const EXAMPLES = [
  { file: 'governor-ordering.env', line: '2.5', services: [...GOVERNOR, 'orderer'] },
  { file: 'governor-bft.env', line: '3.1', services: [...GOVERNOR, 'orderer'] },
  { file: 'governor-joining.env', line: '2.5', services: GOVERNOR },
  { file: 'participant.env', line: '2.5', services: ['node', 'postgres'] },
] as const;

/** What holds of the Compose files, for each kind of member and for settings that are missing or unsafe. */
export const describeCompose = (tools: () => DeployTools): void => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'anlian-compose-'));
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  /** The example's settings with some of them changed; an undefined one is taken away. */
  const load = async (file: string, changes: Readonly<Record<string, string | undefined>> = {}): Promise<Outcome> => {
    const settings = { ...parseEnv(readFileSync(example(file), 'utf8')), ...changes };
    const lines = Object.entries(settings).flatMap(([name, value]) =>
      value === undefined ? [] : `${name}='${value}'`,
    );
    const environment = join(scratch, 'member.env');
    await writeFile(environment, lines.join('\n'));
    const files = (settings.COMPOSE_FILE ?? '').split(':').map((name) => join(COMPOSE, name));
    return tools().check(['compose', environment, ...files]);
  };
  const project = async (file: string, changes: Readonly<Record<string, string>> = {}): Promise<Project> => {
    const { stdout, stderr } = await load(file, changes);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Project;
  };

  describe.each(EXAMPLES)('with $file', ({ file, line, services }) => {
    it('run the parts of this kind of member, every image with a version', async () => {
      const found = (await project(file)).services;
      expect(Object.keys(found).sort()).toEqual([...services].sort());
      for (const [name, { image }] of Object.entries(found)) {
        expect(image).toMatch(/:\d+(\.\d+)*$/);
        if (image.startsWith('hyperledger/')) expect(image).toBe(`hyperledger/fabric-${name}:${NEWEST[line]}`);
      }
    });

    it('run everything limited, as nobody, on a root file system that nobody writes', async () => {
      for (const service of Object.values((await project(file)).services))
        expect(service).toMatchObject({
          user: '10001:10001',
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          deploy: {
            resources: {
              limits: { cpus: expect.anything(), memory: expect.stringMatching(/^\d+$/), pids: expect.any(Number) },
            },
          },
        });
    });

    it('mount every key and password as a secret from a file, and hold none themselves', async () => {
      const { services: found, secrets, configs = {} } = await project(file);
      const used = Object.values(found).flatMap((service) => (service.secrets ?? []).map(({ source }) => source));
      expect([...new Set(used)].sort()).toEqual(Object.keys(secrets).sort());
      for (const { file: path } of Object.values(secrets)) expect(path).toMatch(/^\/srv\/anlian\/secrets\//);
      for (const { file: path } of Object.values(configs)) expect(path).not.toMatch(/key/);
      for (const { environment } of Object.values(found))
        for (const [name, value] of Object.entries(environment))
          if (/PASSWORD|KEY/.test(name)) expect(value, name).toMatch(/^\/run\/secrets\//);
      expect(JSON.stringify(found)).not.toMatch(/:\/\/[^/@"]+:[^/@"]+@/);
    });

    it('publish only Fabric’s own ports; the node waits for a proxy on this machine', async () => {
      const published = Object.values((await project(file)).services).flatMap(({ ports = [] }) =>
        ports.map(({ host_ip: ip, published: port }) => `${ip ?? '*'}:${port}`),
      );
      const open = published.filter((port) => port.startsWith('*'));
      const fabric = { peer: '*:7051', orderer: '*:7050' };
      const expected = Object.entries(fabric).flatMap(([part, port]) =>
        (services as readonly string[]).includes(part) ? port : [],
      );
      expect(open.sort()).toEqual(expected.sort());
      expect(published).toContain('127.0.0.1:8080');
    });

    it('keep the database and the chaincode on networks without a way out', async () => {
      const { services: found, networks } = await project(file);
      const waysOf = (name: string) => Object.keys(found[name]?.networks ?? {});
      expect(waysOf('postgres')).toEqual(['database']);
      expect(networks.database).toMatchObject({ internal: true });
      if (found.chaincode === undefined) return;
      expect(waysOf('chaincode')).toEqual(['chaincode']);
      expect(networks.chaincode).toMatchObject({ internal: true });
      expect(waysOf('node')).not.toContain('chaincode');
    });

    it('give the node and the chaincode an environment that they accept', async () => {
      const { node, chaincode } = (await project(file)).services;
      const settings = parseEnv(readFileSync(example(file), 'utf8'));
      const config = readConfig(node?.environment ?? {});
      expect(config).toMatchObject({ profile: 'production', member: settings.ANLIAN_MEMBER });
      if (settings.ANLIAN_KIND === 'participant') return expect(config.carrierUrl).toBe(settings.ANLIAN_CARRIER_URL);
      expect(config.fabric).toMatchObject({ peer: 'peer:7051', mspId: settings.ANLIAN_MSP_ID });
      return expect(readChaincodeConfig(chaincode?.environment ?? {}).ccid).toBe(settings.ANLIAN_PACKAGE_ID);
    });
  });

  it.each([
    ['a member without a name', 'participant.env', 'ANLIAN_MEMBER'],
    ['a peer without an address', 'governor-joining.env', 'ANLIAN_PEER_ADDRESS'],
    ['a chaincode that nobody approved', 'governor-joining.env', 'ANLIAN_PACKAGE_ID'],
    ['a participant without a carrier', 'participant.env', 'ANLIAN_CARRIER_URL'],
    ['a place without secrets', 'governor-ordering.env', 'ANLIAN_SECRETS'],
  ])('refuse %s by the name of what is missing', async (_, file, missing) => {
    const { code, stderr } = await load(file, { [missing]: undefined });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`required variable ${missing} is missing a value`));
  });

  it.each([
    ['plain http', { ANLIAN_PUBLIC_URL: 'http://anlian.qichuan.example' }, 'production needs https'],
    ['a company code that cannot be', { ANLIAN_COMPANY: '91990202MAAA000200' }, 'ANLIAN_COMPANY'],
  ])('leave it to the node to refuse %s', async (_, changes, message) => {
    const { node } = (await project('governor-joining.env', changes)).services;
    expect(() => readConfig(node?.environment ?? {})).toThrow(message);
  });
};
