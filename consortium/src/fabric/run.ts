import { awaitDaemon, type Daemon, runningPid, startDaemon, stopDaemon } from './daemons.ts';
import { healthy, listening } from './readiness.ts';
import { removeUnfinishedStores } from './unfinishedStores.ts';

const READY_WITHIN_MS = 120_000;

export interface Expected {
  readonly ports: readonly number[];
  /** Where it tells how it is. */
  readonly operationsPort?: number;
  /** Where it keeps its stores: what an earlier start left half made is made anew. */
  readonly storesDir?: string;
}

/** What one start of the network has started, and nothing that ran before. */
export interface Running {
  /** Starts a process unless it runs, and waits until it listens and is well. @throws {AnlianError} `fabric_not_ready` */
  readonly start: (daemon: Daemon, expected: Expected) => Promise<void>;
  /** Waits for a condition of a process that was started, two minutes unless told. @throws {AnlianError} `fabric_not_ready` */
  readonly until: (daemon: Daemon, holds: () => Promise<boolean>, withinMs?: number) => Promise<void>;
  /** Stops a process and starts it anew. It does not wait for it to be well. */
  readonly restart: (daemon: Daemon) => Promise<void>;
  /** Stops what was started here, once what is under way has come to its end. */
  readonly stop: () => Promise<void>;
}

export const createRunning = (signal: AbortSignal): Running => {
  const ending = new AbortController();
  const over = AbortSignal.any([signal, ending.signal]);
  const started: Daemon[] = [];
  const underWay = new Set<Promise<unknown>>();
  const launch = async (daemon: Daemon): Promise<void> => {
    over.throwIfAborted();
    if (await startDaemon(daemon)) started.push(daemon);
  };
  const launched = async (launching: Promise<void>): Promise<void> => {
    underWay.add(launching);
    await launching.finally(() => underWay.delete(launching));
  };
  const until: Running['until'] = (daemon, holds, withinMs = READY_WITHIN_MS) =>
    awaitDaemon(daemon, holds, { withinMs, signal: over });
  return {
    until,
    start: async (daemon, { ports, operationsPort, storesDir }) => {
      if (storesDir !== undefined && (await runningPid(daemon)) === undefined) await removeUnfinishedStores(storesDir);
      await launched(launch(daemon));
      await until(
        daemon,
        async () => (await listening(ports)) && (operationsPort === undefined || (await healthy(operationsPort))),
      );
    },
    restart: (daemon) => launched(stopDaemon(daemon).then(() => launch(daemon))),
    stop: async () => {
      ending.abort();
      await Promise.allSettled(underWay);
      await Promise.all(started.map(stopDaemon));
    },
  };
};
