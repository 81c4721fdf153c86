import { AnlianError } from '@anlian/contracts';
import { pause } from '../backoff.ts';
import { ORDERING } from '../transport.ts';
import type { Committer } from './fabricCommon.ts';
import type { LineTo, NetworkEndpoint } from './lines.ts';

export interface Envelope {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** An orderer that looks for its leader may say nothing; another one may know. `fabric-common` waits for ever on a stream that just ends. */
const ANSWER_WITHIN_MS = 8_000;

const answerOf = async (committer: Committer, envelope: Envelope): ReturnType<Committer['sendBroadcast']> => {
  const answered = new AbortController();
  const silence = pause(ANSWER_WITHIN_MS, answered.signal).then((): never => {
    throw new Error('the orderer does not answer');
  });
  return Promise.race([committer.sendBroadcast(envelope), silence]).finally(() => answered.abort());
};

const handTo = async (orderers: readonly LineTo<Committer>[], envelope: Envelope): Promise<void> => {
  let last: unknown;
  for (const line of orderers) {
    try {
      const { status, info } = await answerOf(await line.open(), envelope);
      if (status === 'SUCCESS') return;
      if (status === 'FORBIDDEN') throw new AnlianError('submitter_unknown', { field: 'creator', detail: info });
      last = new Error(`${status} ${info}`);
    } catch (error) {
      if (error instanceof AnlianError && error.code !== 'ledger_unavailable') throw error;
      last = error;
    }
  }
  throw new AnlianError('ledger_unavailable', { field: ORDERING, detail: 'no orderer took it', cause: last });
};

export interface Broadcaster {
  /** Finds out where the orderers are; an error there comes before anything is handed in. */
  ready(): Promise<void>;
  /**
   * Hands a transaction to the first orderer that takes it.
   * @throws {AnlianError} `ledger_unavailable` of the field {@link ORDERING}, `submitter_unknown`
   */
  broadcast(envelope: Envelope): Promise<void>;
  close(): void;
}

const nameOf = ({ endpoint, tlsRootPem }: NetworkEndpoint): string => `${endpoint} ${tlsRootPem}`;

/** Orderers come and go: where none takes a transaction, the next one is for those that are named by then. */
export const broadcastTo = (
  endpoints: () => Promise<readonly NetworkEndpoint[]>,
  lineTo: (endpoint: NetworkEndpoint) => LineTo<Committer>,
): Broadcaster => {
  let lines = new Map<string, LineTo<Committer>>();
  let isKnown = false;

  const known = async (): Promise<readonly LineTo<Committer>[]> => {
    if (!isKnown) {
      const named = new Map((await endpoints()).map((endpoint) => [nameOf(endpoint), endpoint]));
      const before = lines;
      lines = new Map([...named].map(([name, endpoint]) => [name, before.get(name) ?? lineTo(endpoint)]));
      for (const [name, line] of before) if (!named.has(name)) line.close();
      isKnown = true;
    }
    return [...lines.values()];
  };

  return {
    ready: async () => void (await known()),
    broadcast: async (envelope) => {
      try {
        await handTo(await known(), envelope);
      } catch (error) {
        if (error instanceof AnlianError && error.field === ORDERING) isKnown = false;
        throw error;
      }
    },
    close: () => {
      for (const line of lines.values()) line.close();
    },
  };
};
