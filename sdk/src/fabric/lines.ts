import { AnlianError } from '@anlian/contracts';
import type { Client, ServiceError } from '@grpc/grpc-js';
import { decodeProposalResponse, messages, type ProposalResponse } from '../ledger/index.ts';
import { peerFault } from '../ledger/peerFault.ts';

/** Where a peer or an orderer is reached. */
export interface FabricEndpoint {
  /** `host:port` */
  readonly endpoint: string;
  /** Authorities of its TLS certificate, as PEM. */
  readonly tlsRootPem: string;
}

const WITHIN_MS = 30_000;

/** Fabric answers with its whole configuration, and takes packages. */
const LINE = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };

const load = () =>
  import('@grpc/grpc-js').catch((cause: unknown) => {
    throw new AnlianError('configuration_invalid', {
      field: '@grpc/grpc-js',
      detail: 'the optional package @grpc/grpc-js is not installed',
      cause,
    });
  });

const unreachable = (endpoint: string, cause: Error): AnlianError =>
  new AnlianError('ledger_unavailable', { field: endpoint, detail: cause.message.slice(0, 300), cause });

/** gRPC's own word for a line that broke: its text is of whatever stands between. */
const UNAVAILABLE = 14;

/** What a peer says of its caller tells that the line is sound. */
const peerError = (endpoint: string, error: ServiceError): AnlianError =>
  (error.code === UNAVAILABLE ? undefined : peerFault(error.details, error)) ?? unreachable(endpoint, error);

/** Opens a line for one piece of work. Deadlines are of this process and its own time. */
const withLine = async <T>(
  { endpoint, tlsRootPem }: FabricEndpoint,
  work: (client: Client, options: { readonly deadline: number }) => Promise<T>,
  withinMs = WITHIN_MS,
): Promise<T> => {
  const grpc = await load();
  const client = new grpc.Client(endpoint, grpc.credentials.createSsl(Buffer.from(tlsRootPem)), LINE);
  try {
    return await work(client, { deadline: performance.timeOrigin + performance.now() + withinMs });
  } finally {
    client.close();
  }
};

const asIs = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const bytesOf = (bytes: Buffer): Uint8Array => new Uint8Array(bytes);

/** A peer's answer to a `protos.SignedProposal`. @throws {AnlianError} `ledger_unavailable`, `submitter_unknown`, `submitter_expired` */
export const askPeer = (
  peer: FabricEndpoint,
  signedProposal: Uint8Array,
  withinMs?: number,
): Promise<ProposalResponse> =>
  withLine(
    peer,
    (client, options) => {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      client.makeUnaryRequest(
        '/protos.Endorser/ProcessProposal',
        asIs,
        bytesOf,
        signedProposal,
        options,
        (error, answer) => (error ? reject(peerError(peer.endpoint, error)) : resolve(answer ?? new Uint8Array())),
      );
      return promise.then((answer) => decodeProposalResponse(answer, 'ledger_corrupt'));
    },
    withinMs,
  );

/** What an orderer says of an envelope. */
export interface Broadcast {
  readonly status: number;
  readonly info: string;
}

/** Hands an envelope to an orderer. @throws {AnlianError} `ledger_unavailable` when it does not answer */
export const handToOrderer = (orderer: FabricEndpoint, envelope: Uint8Array): Promise<Broadcast> =>
  withLine(orderer, (client, options) => {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const stream = client.makeBidiStreamRequest('/orderer.AtomicBroadcast/Broadcast', asIs, bytesOf, options);
    stream.on('data', resolve);
    stream.on('error', (error: Error) => reject(unreachable(orderer.endpoint, error)));
    stream.on('end', () => reject(unreachable(orderer.endpoint, new Error('no answer'))));
    stream.write(envelope);
    return promise
      .finally(() => stream.end())
      .then((answer) => {
        const { delivery, decodeSigned } = messages;
        const said = decodeSigned(delivery.BroadcastResponse, answer, 'BroadcastResponse', 'ledger_corrupt');
        return { status: said.getStatus(), info: said.getInfo() };
      });
  });
