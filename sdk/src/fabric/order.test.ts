import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { afterAll, describe, expect, it } from 'vitest';
import { type ChannelConfiguration, createAuthority, issueCertificate, messages } from '../ledger/index.ts';
import { order } from './administration.ts';

type Status = Parameters<InstanceType<typeof messages.delivery.BroadcastResponse>['setStatus']>[0];

const HOST = '127.0.0.1';
const ENVELOPE = Uint8Array.of(1);
const sources = { crypto: globalThis.crypto, now: new Date() };
const subject = { commonName: 'orderer', organisation: 'hengyuan' };
const authority = await createAuthority({ ...subject, commonName: 'tlsca' }, sources);
const tls = await issueCertificate(authority, subject, { tlsHosts: [HOST] }, sources);

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.forceShutdown();
});

/** An orderer that says nothing but one status of whatever it is handed. */
const orderer = async (status: Status, asked: number[]): Promise<string> => {
  const server = new Server();
  servers.push(server);
  const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
  server.addService(
    {
      broadcast: {
        path: '/orderer.AtomicBroadcast/Broadcast',
        requestStream: true,
        responseStream: true,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    },
    {
      broadcast: (stream: ServerDuplexStream<Buffer, Uint8Array>) => {
        stream.on('data', () => {
          asked.push(status);
          const response = new messages.delivery.BroadcastResponse();
          response.setStatus(status);
          response.setInfo(`said ${status}`);
          stream.write(response.serializeBinary());
        });
        stream.on('end', () => stream.end());
      },
    },
  );
  const credentials = ServerCredentials.createSsl(null, [
    { cert_chain: Buffer.from(tls.certPem), private_key: Buffer.from(tls.keyPem) },
  ]);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(`${HOST}:0`, credentials, (error, port) => (error ? reject(error) : resolve(port)));
  return `${HOST}:${await promise}`;
};

describe('an update handed to the orderers', () => {
  const handIn = async (...statuses: readonly Status[]) => {
    const asked: number[] = [];
    const endpoints = await Promise.all(statuses.map((status) => orderer(status, asked)));
    const orderers = [{ endpoints, tlsRootCertPems: [authority.certPem] }];
    const taking = order({ orderers } as unknown as ChannelConfiguration, ENVELOPE);
    return taking.then(
      () => ({ asked, code: undefined }),
      ({ code, field, detail }: { code: string; field: string; detail: string }) => ({ asked, code, field, detail }),
    );
  };

  it.each<[string, Status]>([
    ['has not joined the channel', 404],
    ['has no leader', 503],
    ['fails by itself', 500],
    ['holds it for too large, by limits of before', 413],
  ])('goes to the next when one %s', async (_, status) => {
    expect(await handIn(status, 200)).toEqual({ asked: [status, 200], code: undefined });
  });

  it.each<Status>([400, 403])('ends with %i: the others would say the same', async (status) => {
    expect(await handIn(status, 200)).toMatchObject({
      asked: [status],
      code: 'fabric_update_refused',
      detail: `said ${status}`,
    });
  });

  it('that none takes tells why the last did not', async () => {
    expect(await handIn(503, 404)).toMatchObject({ asked: [503, 404], code: 'ledger_unavailable', detail: 'said 404' });
  });
});
