import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Fetch, LedgerIdentity } from '@anlian/sdk/ledger';

/** A line whose far end goes on working while its answers are lost. */
export interface Line {
  /** From now on requests pass, and answers wait. */
  hold(): void;
  /** Breaks the line with the answers that waited; new connections pass both ways. */
  cut(): void;
}

export type OnSign = (message: Uint8Array) => void;

/** The identity, with a listener to what it signs: what a client is about to send, before TLS hides it. */
export const listened = (identity: LedgerIdentity, onSign: OnSign = () => undefined): LedgerIdentity => ({
  ...identity,
  sign: (message) => {
    onSign(message);
    return identity.sign(message);
  },
});

/** A port on loopback before another one. */
export const openLine = async (to: number): Promise<Line & { readonly port: number; close(): void }> => {
  const pairs = new Set<readonly [client: Socket, far: Socket]>();
  let holding = false;
  const server = createServer((client) => {
    const far = connect(to, '127.0.0.1');
    const pair = [client, far] as const;
    pairs.add(pair);
    client.pipe(far);
    if (!holding) far.pipe(client);
    for (const socket of pair)
      socket
        .on('error', () => undefined)
        .on('close', () => {
          pairs.delete(pair);
          client.destroy();
          far.destroy();
        });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    holding = false;
    for (const [client, far] of pairs) {
      client.destroy();
      far.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    hold: () => {
      holding = true;
      for (const [client, far] of pairs) far.unpipe(client);
    },
    cut,
    close: () => {
      server.close();
      cut();
    },
  };
};

/** The same for a service in this process: its answers wait, then their requests fail. */
export const heldAnswers = (fetch: Fetch): { readonly line: Line; readonly held: Fetch } => {
  let holding: PromiseWithResolvers<never> | undefined;
  const line: Line = {
    hold: () => {
      holding ??= Promise.withResolvers();
      holding.promise.catch(() => undefined);
    },
    cut: () => {
      holding?.reject(new Error('the line was cut'));
      holding = undefined;
    },
  };
  const aborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.throwIfAborted();
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const held: Fetch = async (url, init) => {
    const answer = await fetch(url, init);
    if (holding === undefined) return answer;
    return Promise.race([holding.promise, ...(init?.signal ? [aborted(init.signal)] : [])]);
  };
  return { line, held };
};
