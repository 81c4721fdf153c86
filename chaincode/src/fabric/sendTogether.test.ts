import { once } from 'node:events';
import { connect } from 'node:http2';
import { Server, ServerCredentials, type ServerDuplexStream, type ServerInterceptor } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { sendTogether } from './sendTogether.ts';

const PATH = '/test.Chaincode/Connect';
const MESSAGES = Array.from({ length: 100 }, (_, at) => Buffer.from(`message ${at}`));
const same = (bytes: Buffer): Buffer => bytes;
const shape = {
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
};

/** A message as gRPC writes it: not compressed, and its length. */
const framed = (message: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

let open: Server | undefined;
afterEach(() => open?.forceShutdown());

/** What a peer receives from a chaincode that says everything at once: the pieces as they came. */
const received = async (interceptors: ServerInterceptor[]): Promise<Buffer[]> => {
  const server = new Server({ interceptors });
  open = server;
  const answer = (stream: ServerDuplexStream<Buffer, Buffer>): void => {
    for (const message of MESSAGES) stream.write(message);
    stream.end();
  };
  const Connect = { path: PATH, requestStream: true, responseStream: true, ...shape } as const;
  server.addService({ Connect }, { Connect: answer });
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, at: number) => (error ? reject(error) : resolve(at));
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), bound);
  });
  const session = connect(`http://127.0.0.1:${port}`);
  const call = session.request({
    ':method': 'POST',
    ':path': PATH,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  call.end();
  const pieces: Buffer[] = [];
  call.on('data', (piece: Buffer) => pieces.push(piece));
  await once(call, 'end');
  await new Promise<void>((resolve) => session.close(resolve));
  return pieces;
};

describe('a chaincode’s messages', () => {
  it('leave together when they are said together, whole and in order', async () => {
    const pieces = await received([sendTogether]);
    expect(Buffer.concat(pieces)).toEqual(Buffer.concat(MESSAGES.map(framed)));
    expect(pieces.length).toBeLessThan(MESSAGES.length / 10);
  });
});
