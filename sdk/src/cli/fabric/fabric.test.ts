import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testOrganisation } from '../../fabric/channel.fixture.ts';
import { main } from '../main.ts';
import { processContext } from '../processContext.ts';
import { CONNECTION_OPTIONS, CONNECTION_USAGE } from './connection.ts';

const dir = mkdtempSync(join(tmpdir(), 'anlian-fabric-cli-'));
afterAll(() => rmSync(dir, { recursive: true }));

const anlian = async (env: Readonly<Record<string, string>>, ...args: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(['fabric', ...args], {
    ...processContext(),
    env: { ANLIAN_HOME: dir, ...env },
    cwd: dir,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

beforeAll(async () => {
  const { organisation } = await testOrganisation('tongzhou');
  for (const [folder, pems] of [
    ['cacerts', organisation.rootCertPems],
    ['tlscacerts', organisation.tlsRootCertPems],
  ] as const) {
    mkdirSync(join(dir, 'msp', folder), { recursive: true });
    writeFileSync(join(dir, 'msp', folder, 'ca.crt'), pems[0] ?? '');
  }
  mkdirSync(join(dir, 'revoking', 'crls'), { recursive: true });
  writeFileSync(join(dir, 'revoking', 'crls', 'crl.pem'), '');
  mkdirSync(join(dir, 'broken', 'cacerts'), { recursive: true });
  writeFileSync(join(dir, 'broken', 'cacerts', 'ca.crt'), 'no certificate');
  mkdirSync(join(dir, 'doubled', 'cacerts'), { recursive: true });
});

describe('anlian fabric', () => {
  it('shows every option of a connection in its usage', () => {
    for (const option of Object.keys(CONNECTION_OPTIONS)) expect(CONNECTION_USAGE).toContain(`--${option} `);
  });

  it('says where to begin where no network is', async () => {
    const { code, err } = await anlian({}, 'status', '--lang', 'en');
    expect(code).toBe(2);
    expect(err).toContain('npm run fabric:up');
  });

  it('lists everything that a connection lacks at once, by option and by the node’s own name', async () => {
    const { code, err } = await anlian({ ANLIAN_FABRIC_PEER: 'localhost' }, 'status', '--lang', 'en');
    expect(code).toBe(2);
    for (const name of ['PEER: localhost', 'TLS_ROOT', 'MSP_ID', 'CERT', 'KEY']) expect(err).toContain(`_${name}`);
    expect(err).toContain('--channel / ANLIAN_CHANNEL');
  });

  it('asks which of several local governors acts', async () => {
    for (const name of ['hengyuan', 'qichuan']) {
      mkdirSync(join(dir, 'fabric', name), { recursive: true });
      writeFileSync(join(dir, 'fabric', name, 'connection.json'), '{}');
    }
    expect((await anlian({}, 'status', '--lang', 'en')).err).toContain('--as: hengyuan, qichuan');
    expect((await anlian({}, 'status', '--as', 'qichua', '--lang', 'en')).err).toContain('did you mean --as qichuan');
    expect((await anlian({}, 'status', '--as', 'qichuan', '--lang', 'en')).err).toContain('configuration_invalid');
    rmSync(join(dir, 'fabric'), { recursive: true });
  });

  it.each([
    ['a folder that is not there', 'nowhere', 2, 'nowhere'],
    ['no authorities', 'doubled', 2, 'rootCertPems'],
    ['a file that is no certificate', 'broken', 2, 'no certificate in PEM'],
    ['revocation lists, which no update of ours carries', 'revoking', 2, 'crls'],
  ])('refuses a newcomer’s folder with %s', async (_, msp, code, said) => {
    const refused = await anlian({}, 'add-member', 'tongzhou', '--id', 'TongzhouMSP', '--msp', msp, '--out', 'x.json');
    expect(refused).toMatchObject({ code, err: expect.stringContaining(said) });
  });

  it.each([
    ['--id', ['--id', 'a b', '--msp', 'msp', '--out', 'x.json'], 'mspId'],
    [
      '--anchor',
      ['--id', 'TongzhouMSP', '--msp', 'msp', '--out', 'x.json', '--anchor', 'nowhere'],
      'anchorPeers.0.port',
    ],
    ['the name', ['--id', 'TongzhouMSP', '--msp', 'msp', '--out', 'x.json'], 'name', '..'],
  ])('refuses a newcomer by %s', async (_, options, field, name = 'tongzhou') => {
    const refused = await anlian({}, 'add-member', name, ...options);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining(field) });
  });

  it.each([
    ['is not there', undefined, 'nowhere.json'],
    ['is no update', '{}', 'kind'],
    ['is no JSON', '{', 'no JSON'],
    ['is too large', ' '.repeat(2 << 20), 'payload_too_large'],
  ])('refuses a file that %s before it asks anybody', async (_, text, said) => {
    if (text !== undefined) writeFileSync(join(dir, 'file.json'), text);
    const refused = await anlian({}, 'sign', text === undefined ? 'nowhere.json' : 'file.json');
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain(said);
  });

  it('tells of a peer that does not answer, and what to do, in the language asked for', async () => {
    const { ca } = await testOrganisation('anlan');
    writeFileSync(join(dir, 'a.pem'), ca.certPem);
    writeFileSync(join(dir, 'a.key'), ca.keyPem);
    const own = [
      '--peer',
      'localhost:1',
      '--tls-root',
      'a.pem',
      '--msp-id',
      'anlanMSP',
      '--cert',
      'a.pem',
      '--key',
      'a.key',
    ];
    const zh = await anlian({ ANLIAN_CHANNEL: 'anlian' }, 'status', ...own, '--lang', 'zh');
    expect(zh).toMatchObject({ code: 1, err: expect.stringContaining('通道未变') });
    const en = await anlian({ ANLIAN_CHANNEL: 'anlian' }, 'status', ...own, '--lang', 'en');
    expect(en.err).toContain('ledger_unavailable');
    expect(en.err).not.toMatch(/\p{Script=Han}/u);
  });
});
