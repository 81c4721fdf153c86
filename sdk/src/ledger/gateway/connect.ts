import { AnlianError } from '@anlian/contracts';
import type { Client } from '@grpc/grpc-js';
import { utf8 } from '../codec/bytes.ts';
import { type ConnectedLedger, lazyLedger, type OpenedTransport } from '../connected.ts';
import type { GatewayTransportOptions } from './options.ts';
import { gatewayTransport } from './transport.ts';

export interface FabricGatewayOptions extends GatewayTransportOptions {
  /** `host:port` of the member's own peer. */
  readonly endpoint: string;
  /** Certificate authority of the peer's TLS certificate, as PEM. */
  readonly tlsRootPem: string;
}

/**
 * Seconds are what a commit may take on a busy network; an orderer that dies may take a transaction with it, and only the time tells. A
 * peer that is gone is noticed by its keepalive.
 */
const DEADLINES_MS = { endorse: 30_000, submit: 30_000, commit: 20_000, evaluate: 15_000 };
/** A line to a peer: silence is noticed, and a peer that comes back is found within seconds. */
const LINE = {
  'grpc.keepalive_time_ms': 15_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 3_000,
  'grpc.max_receive_message_length': -1,
};

const load = async () => {
  try {
    return { grpc: await import('@grpc/grpc-js'), fabric: await import('@hyperledger/fabric-gateway') };
  } catch (cause) {
    throw new AnlianError('configuration_invalid', {
      field: '@hyperledger/fabric-gateway',
      detail: 'the optional packages @hyperledger/fabric-gateway and @grpc/grpc-js are not installed',
      cause,
    });
  }
};

const open = async (options: FabricGatewayOptions): Promise<OpenedTransport> => {
  const { grpc, fabric } = await load();
  const { endpoint, tlsRootPem, identity } = options;
  const client: Client = new grpc.Client(endpoint, grpc.credentials.createSsl(Buffer.from(tlsRootPem)), LINE);
  // Deadlines are of this process and its own time; `clock` dates transactions.
  const within = (ms: number) => () => ({ deadline: performance.timeOrigin + performance.now() + ms });
  const gateway = fabric.connect({
    client,
    identity: { mspId: identity.mspId, credentials: utf8(identity.certPem) },
    // The identity hashes what it signs.
    hash: fabric.hash.none,
    signer: identity.sign,
    endorseOptions: within(DEADLINES_MS.endorse),
    submitOptions: within(DEADLINES_MS.submit),
    commitStatusOptions: within(DEADLINES_MS.commit),
    evaluateOptions: within(DEADLINES_MS.evaluate),
  });
  const close = (): void => {
    gateway.close();
    client.close();
  };
  return { transport: gatewayTransport(gateway, options), close };
};

/**
 * The ledger port over Hyperledger Fabric (peers from 2.4), through the gateway service of the member's own peer. Loads Fabric's
 * packages and opens the connection when it is first used.
 */
export const connectFabricGateway = (options: FabricGatewayOptions): ConnectedLedger =>
  lazyLedger(() => open(options), options);
