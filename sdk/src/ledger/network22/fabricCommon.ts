import { createRequire } from 'node:module';
import { AnlianError } from '@anlian/contracts';

/** A streaming call of gRPC, as far as it is used here. */
export interface DuplexStream extends AsyncIterable<Uint8Array> {
  write(message: Uint8Array): void;
  cancel(): void;
  on(event: 'error', listener: () => void): void;
}

interface Line {
  readonly connected: boolean;
  setEndpoint(endpoint: object): void;
  resetConnection(): Promise<void>;
  disconnect(): void;
}

export interface Endorser extends Line {
  sendProposal(signed: { readonly proposal_bytes: Uint8Array; readonly signature: Uint8Array }): Promise<{
    readonly response: { readonly status: number; readonly message: string; readonly payload: Uint8Array };
    readonly payload: Uint8Array;
    readonly endorsement: { readonly endorser: Uint8Array; readonly signature: Uint8Array } | null;
  }>;
}

export interface Committer extends Line {
  sendBroadcast(envelope: { readonly payload: Uint8Array; readonly signature: Uint8Array }): Promise<{
    readonly status: string;
    readonly info: string;
  }>;
}

export interface Eventer extends Line {
  readonly service: {
    makeBidiStreamRequest(
      method: string,
      serialize: (bytes: Uint8Array) => Buffer,
      deserialize: (bytes: Buffer) => Uint8Array,
    ): DuplexStream;
  };
}

export interface Client {
  newEndpoint(options: Readonly<Record<string, string | number>>): object;
  newEndorser(name: string, mspId: string): Endorser;
  newCommitter(name: string): Committer;
  newEventer(name: string, mspId: string): Eventer;
}

/** What is used of `fabric-common`, the part of `fabric-network` that speaks to peers and orderers. Its own types need its protobufs. */
interface FabricCommon {
  readonly Client: new (name: string) => Client;
}

const quiet = (): void => undefined;
const QUIET = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/**
 * Loads the `fabric-common` that the installed `fabric-network` brings. Its `Gateway` signs at once with a key in memory; the layer
 * below takes proposals that were signed elsewhere, with a clock and a nonce of our own. It writes to the console unless it is
 * given a logger at this place; what it would say arrives as errors.
 */
export const loadFabricCommon = (): FabricCommon => {
  try {
    Object.assign(globalThis, { hfc: { logger: QUIET, ...(globalThis as { readonly hfc?: object }).hfc } });
    const ours = createRequire(import.meta.url);
    return createRequire(ours.resolve('fabric-network'))('fabric-common');
  } catch (cause) {
    throw new AnlianError('configuration_invalid', {
      field: 'fabric-network',
      detail: 'the optional package fabric-network is not installed',
      cause,
    });
  }
};
