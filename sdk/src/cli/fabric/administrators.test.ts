import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestOrganisation, testChannel, testOrganisation } from '../../fabric/channel.fixture.ts';
import { makeUpdate, readUpdate, writeUpdate } from '../../fabric/index.ts';
import {
  type ChannelConfiguration,
  encodeProposalResponse,
  issueCertificate,
  RESPONSE_OK,
} from '../../ledger/index.ts';
import { main } from '../main.ts';
import { processContext } from '../processContext.ts';

const dir = mkdtempSync(join(tmpdir(), 'anlian-administrators-'));
const NAMES = ['hengyuan', 'qichuan', 'zhengheng'] as const;
type Name = (typeof NAMES)[number];
const sources = { crypto: globalThis.crypto, now: new Date() };
const governors: TestOrganisation[] = [];
let channel: ChannelConfiguration;
let server: Server;
let endpoint = '';

/** In the words of Fabric’s endorser (core/endorser/msgvalidation). */
const FOREIGN =
  'error validating proposal: access denied: channel [anlian-test] creator org unknown, creator is malformed';

/** A peer of Fabric that knows the channel’s configuration, and refuses creators as Fabric does. */
const startPeer = async (): Promise<void> => {
  const authority = await testOrganisation('peer');
  const { certPem, keyPem } = await issueCertificate(
    authority.tlsCa,
    { commonName: 'peer', organisation: 'peer' },
    { tlsHosts: ['localhost'] },
    sources,
  );
  writeFileSync(join(dir, 'tls.pem'), authority.tlsCa.certPem);
  server = new Server();
  const bytes = { requestSerialize: Buffer.from, responseSerialize: Buffer.from };
  const definition = {
    path: '/protos.Endorser/ProcessProposal',
    requestStream: false,
    responseStream: false,
    requestDeserialize: (given: Buffer) => given,
    responseDeserialize: (given: Buffer) => given,
    ...bytes,
  } as const;
  server.addService(
    { ProcessProposal: definition },
    {
      ProcessProposal: (
        { request }: { readonly request: Buffer },
        answer: (error: object | null, bytes?: Uint8Array) => void,
      ) => {
        if (request.includes('WrongMSP')) return answer({ code: status.UNKNOWN, details: FOREIGN });
        const result = channel.config.serializeBinary();
        const response = {
          status: RESPONSE_OK,
          message: '',
          result,
          payload: new Uint8Array(),
          endorsement: undefined,
        };
        return answer(null, encodeProposalResponse(response));
      },
    },
  );
  const pair = { private_key: Buffer.from(keyPem), cert_chain: Buffer.from(certPem) };
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('localhost:0', ServerCredentials.createSsl(null, [pair]), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  endpoint = `localhost:${port}`;
};

beforeAll(async () => {
  for (const name of NAMES) {
    const governor = await testOrganisation(name);
    governors.push(governor);
    const subject = { commonName: `admin.${name}`, organisation: name };
    const { certPem, keyPem } = await issueCertificate(governor.ca, subject, { roles: ['admin'] }, sources);
    writeFileSync(join(dir, `${name}.pem`), certPem);
    writeFileSync(join(dir, `${name}.key`), keyPem);
  }
  channel = await testChannel(governors, governors.slice(0, 1));
  await startPeer();
});
afterAll(() => {
  server.forceShutdown();
  rmSync(dir, { recursive: true });
});
beforeEach(async () => {
  const { organisation } = await testOrganisation('tongzhou');
  writeFileSync(join(dir, 'update.json'), writeUpdate(makeUpdate(channel, { kind: 'add', organisation })));
});

const anlian = async (name: Name, words: readonly string[], mspId = `${name}MSP`) => {
  const lines: string[] = [];
  const own = ['--peer', endpoint, '--tls-root', 'tls.pem', '--cert', `${name}.pem`, '--key', `${name}.key`];
  const code = await main(['fabric', ...words, ...own, '--msp-id', mspId, '--channel', 'anlian-test', '--lang', 'en'], {
    ...processContext(),
    env: { ANLIAN_HOME: dir },
    cwd: dir,
    out: (line) => lines.push(line),
    err: (line) => lines.push(line),
  });
  return { code, said: lines.join('\n') };
};
const signatures = () => readUpdate(readFileSync(join(dir, 'update.json'), 'utf8')).signatures;

describe('administrators who sign one file', () => {
  it('at once all have their signature in it, and leave nothing beside it', async () => {
    const before = readdirSync(dir).sort();
    for (const { code, said } of await Promise.all(NAMES.map((name) => anlian(name, ['sign', 'update.json'])))) {
      expect(said).toContain('Signed');
      expect(code).toBe(0);
    }
    expect(signatures()).toHaveLength(NAMES.length);
    expect(readdirSync(dir).sort()).toEqual(before);
  });

  it('again leave it as it is, also while it is locked', async () => {
    await anlian('hengyuan', ['sign', 'update.json']);
    writeFileSync(join(dir, 'update.json.lock'), '');
    expect(await anlian('hengyuan', ['sign', 'update.json'])).toMatchObject({ code: 0 });
    expect(signatures()).toHaveLength(1);
    rmSync(join(dir, 'update.json.lock'));
  });

  it('are told of a lock that stays, which is not theirs to remove', async () => {
    writeFileSync(join(dir, 'update.json.lock'), '');
    const { code, said } = await anlian('qichuan', ['sign', 'update.json']);
    expect(code).toBe(1);
    expect(said).toContain('fabric_update_locked');
    expect(said).toContain('update.json.lock');
    expect(existsSync(join(dir, 'update.json.lock'))).toBe(true);
    expect(signatures()).toHaveLength(0);
    rmSync(join(dir, 'update.json.lock'));
  }, 20_000);

  it('under the id of another organisation are told that the channel does not know them', async () => {
    const { code, said } = await anlian('qichuan', ['sign', 'update.json'], 'WrongMSP');
    expect(code).toBe(1);
    expect(said).toContain('submitter_unknown');
    expect(said).toContain('--msp-id');
    expect(said).not.toContain('ledger_unavailable');
  });
});
