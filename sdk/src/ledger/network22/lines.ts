import { AnlianError } from '@anlian/contracts';
import type { Client, Committer, Endorser, Eventer } from './fabricCommon.ts';

/** Where a peer or an orderer is reached. */
export interface NetworkEndpoint {
  /** `host:port` */
  readonly endpoint: string;
  /** Certificate authority of its TLS certificate, as PEM. */
  readonly tlsRootPem: string;
}

/** Milliseconds; a peer may simulate for seconds under load. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Silence is noticed, and a process that comes back is found within seconds. */
const LINE = {
  requestTimeout: REQUEST_TIMEOUT_MS,
  'grpc-wait-for-ready-timeout': 3_000,
  'grpc.keepalive_time_ms': 15_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 3_000,
};

type AnyLine = Endorser | Committer | Eventer;

/** A line that is opened when it is first used, once for all who want it; later the transport below it reconnects by itself. */
const lineTo = <L extends AnyLine>(client: Client, line: L, { endpoint, tlsRootPem }: NetworkEndpoint) => {
  line.setEndpoint(client.newEndpoint({ ...LINE, url: `grpcs://${endpoint}`, pem: tlsRootPem }));
  let opening: Promise<void> | undefined;
  const open = async (): Promise<L> => {
    if (line.connected) return line;
    opening ??= line.resetConnection().finally(() => {
      opening = undefined;
    });
    try {
      await opening;
    } catch (cause) {
      throw new AnlianError('ledger_unavailable', { detail: `${endpoint} cannot be reached`, cause });
    }
    return line;
  };
  return { open, close: () => line.disconnect() };
};

export type LineTo<L extends AnyLine> = ReturnType<typeof lineTo<L>>;

export const endorserLine = (client: Client, mspId: string, at: NetworkEndpoint): LineTo<Endorser> =>
  lineTo(client, client.newEndorser(at.endpoint, mspId), at);
export const committerLine = (client: Client, at: NetworkEndpoint): LineTo<Committer> =>
  lineTo(client, client.newCommitter(at.endpoint), at);
export const eventerLine = (client: Client, mspId: string, at: NetworkEndpoint): LineTo<Eventer> =>
  lineTo(client, client.newEventer(at.endpoint, mspId), at);
