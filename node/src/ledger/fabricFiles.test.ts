import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { createAuthority, issueCertificate, type KeyPairPem } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FabricConfig } from '../config.ts';
import { readFabricFiles } from './fabricFiles.ts';

const NOW_MS = Date.parse('2026-11-22T04:00:00.000Z');
const YEAR_MS = 365 * 86_400_000;

describe('the files that Fabric’s settings name', () => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-fabric-files-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  let client: KeyPairPem;
  let config: FabricConfig;

  beforeAll(async () => {
    const sources = { crypto: globalThis.crypto, now: new Date(NOW_MS) };
    const subject = { commonName: 'client', organisation: 'Hengyuan' };
    const authority = await createAuthority(subject, sources);
    client = await issueCertificate(authority, subject, { roles: ['client'] }, sources);
    config = {
      peer: 'localhost:7051',
      mspId: 'HengyuanMSP',
      client: 'gateway',
      tlsRootFile: file('tls.pem', authority.certPem),
      certFile: file('cert.pem', client.certPem),
      keyFile: file('key.pem', client.keyPem),
      peersFile: undefined,
    };
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const faultyFields = async (change: Partial<FabricConfig>, nowMs = NOW_MS): Promise<string[]> =>
    readFabricFiles({ ...config, ...change }, nowMs).then(
      () => [],
      (error: unknown) => {
        if (!(error instanceof AnlianError) || error.code !== 'configuration_invalid') throw error;
        return (error.errors ?? []).map(({ field }) => field);
      },
    );
  const pemOf = (namedCurve: string): string =>
    generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it('make the member’s identity and the way to its peer', async () => {
    const { identity, connection } = await readFabricFiles(config, NOW_MS);
    expect(identity).toMatchObject({ mspId: 'HengyuanMSP', certPem: client.certPem });
    expect(connection).toMatchObject({ kind: 'fabric-gateway', endpoint: 'localhost:7051' });
  });

  it('give the client for 2.2 every governor’s peer, this member’s own first', async () => {
    const tlsRootPem = client.certPem;
    const peersFile = file(
      'peers.json',
      JSON.stringify([{ mspId: 'QichuanMSP', endpoint: 'localhost:7057', tlsRootPem }]),
    );
    const { connection } = await readFabricFiles({ ...config, client: 'network', peersFile }, NOW_MS);
    expect(connection).toMatchObject({
      kind: 'fabric-network',
      peers: [{ mspId: 'HengyuanMSP', endpoint: 'localhost:7051' }, { mspId: 'QichuanMSP' }],
    });
  });

  it('are refused all at once where none is there', async () => {
    const nowhere = join(dir, 'nowhere');
    expect(await faultyFields({ tlsRootFile: nowhere, certFile: nowhere, keyFile: nowhere })).toEqual([
      'ANLIAN_FABRIC_TLS_ROOT',
      'ANLIAN_FABRIC_CERT',
      'ANLIAN_FABRIC_KEY',
    ]);
  });

  it.each([
    ['a folder for the root', () => ({ tlsRootFile: dir }), 'ANLIAN_FABRIC_TLS_ROOT'],
    ['a key for the certificate', () => ({ certFile: config.keyFile }), 'ANLIAN_FABRIC_CERT'],
    ['a certificate for the key', () => ({ keyFile: config.certFile }), 'ANLIAN_FABRIC_KEY'],
    ['an empty key', () => ({ keyFile: file('empty.pem', '') }), 'ANLIAN_FABRIC_KEY'],
    ['a key of another curve', () => ({ keyFile: file('p384.pem', pemOf('secp384r1')) }), 'ANLIAN_FABRIC_KEY'],
    ['somebody else’s key', () => ({ keyFile: file('other.pem', pemOf('prime256v1')) }), 'ANLIAN_FABRIC_KEY'],
    [
      'peers that are no JSON',
      () => ({ client: 'network' as const, peersFile: file('no.json', '{') }),
      'ANLIAN_FABRIC_PEERS',
    ],
    [
      'peers without an address',
      () => ({
        client: 'network' as const,
        peersFile: file(
          'odd.json',
          '[{"mspId":"QichuanMSP","endpoint":"x","tlsRootPem":"-----BEGIN CERTIFICATE-----"}]',
        ),
      }),
      'ANLIAN_FABRIC_PEERS',
    ],
  ])('are refused with %s', async (_, change, field) => {
    expect(await faultyFields(change())).toEqual([field]);
  });

  it.each([
    ['has expired', NOW_MS + 4 * YEAR_MS],
    ['does not count yet', NOW_MS - YEAR_MS],
  ])('are refused when the certificate %s', async (_, nowMs) => {
    expect(await faultyFields({}, nowMs)).toEqual(['ANLIAN_FABRIC_CERT']);
  });
});
