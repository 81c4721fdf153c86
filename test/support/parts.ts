import { resolve } from 'node:path';
import {
  awaitReady,
  type ConsortiumPlan,
  collectPapers,
  type Home,
  homeAt,
  nodeEnvironment,
  planConsortium,
  type RunningProcess,
  startLedger,
  startProcess,
} from '@anlian/consortium/launcher';
import { localFetch, type People, peopleOf } from './people.ts';
import { killAll } from './processFamily.ts';

const NODE_ENTRY = resolve(import.meta.dirname, '../../node/src/main.ts');
const LEDGER = 'ledger';

/** The ledger and the nodes of a loaded home, each a process under the test's own hand instead of the launcher's. */
export interface Parts {
  readonly home: Home;
  readonly plan: ConsortiumPlan;
  readonly people: People;
  /** `ledger`, or a member's node; returns when it is ready, or at once where `awaits` is false. */
  start(name: string, options?: { readonly awaits?: boolean }): Promise<void>;
  stop(name: string): Promise<void>;
  kill(name: string): Promise<void>;
  pidOf(name: string): number;
  startAll(): Promise<void>;
  stopAll(): Promise<void>;
}

const READY_WITHIN_MS = 120_000;

/** @param environment of every node, besides its own settings */
export const partsOf = (
  homeDir: string,
  firstPort: number,
  environment: Readonly<Record<string, string>> = {},
): Parts => {
  const home = homeAt(homeDir);
  const plan = planConsortium(firstPort);
  const people = peopleOf(homeDir, plan);
  const running = new Map<string, RunningProcess>();

  const startNode = async (name: string): Promise<RunningProcess> => {
    const env = { ...nodeEnvironment(home, plan, people.node(name)), ...environment };
    return startProcess({ name, entry: NODE_ENTRY, env, logFile: `${home.logDir}/${name}.log` });
  };
  const requireRunning = (name: string): RunningProcess => {
    const process = running.get(name);
    if (!process) throw new RangeError(`${name} does not run`);
    running.delete(name);
    return process;
  };
  const parts: Parts = {
    home,
    plan,
    people,
    start: async (name, { awaits = true } = {}) => {
      const isLedger = name === LEDGER;
      running.set(
        name,
        await (isLedger
          ? collectPapers(home, plan).then((papers) => startLedger(home, plan, papers))
          : startNode(name)),
      );
      if (!isLedger && awaits)
        await awaitReady(localFetch, people.node(name), { signal: AbortSignal.timeout(READY_WITHIN_MS) });
    },
    stop: (name) => requireRunning(name).stop(),
    kill: async (name) => {
      const { pid, ended } = requireRunning(name);
      killAll([pid]);
      await ended;
    },
    pidOf: (name) => running.get(name)?.pid ?? 0,
    startAll: async () => {
      await parts.start(LEDGER);
      await Promise.all(plan.members.map(({ member }) => parts.start(member)));
    },
    stopAll: async () => {
      await Promise.all([...running.keys()].filter((name) => name !== LEDGER).map(parts.stop));
      if (running.has(LEDGER)) await parts.stop(LEDGER);
    },
  };
  return parts;
};
