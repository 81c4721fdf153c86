import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { AnlianError } from '@anlian/contracts';
import { createClient, type LocalConsortium } from '@anlian/sdk';
import { lockDirectory } from '@anlian/sdk/directory-lock';
import type { BinarySources } from '../fabric/binaries.ts';
import { loadStartingSet } from '../startingSet/load.ts';
import { agreedTrust } from './agreedTrust.ts';
import { awaitReady, collectPapers, type Papers, startLedger, startMember } from './consortium.ts';
import { announcedBinaries, makeMaterial, planFabricOf, type RunningFabric, startFabric } from './fabric.ts';
import { foundChannel, governorsOf } from './found.ts';
import { type Asked, type Home, homeAt, markLoaded, openState, writeJson } from './home.ts';
import { createSignIn } from './people.ts';
import { type ConsortiumPlan, DEFAULT_FIRST_PORT, memberUrl, planConsortium } from './plan.ts';
import type { RunningProcess } from './processes.ts';
import { createProgress, type Progress } from './progress.ts';
import { welcome } from './welcome.ts';

export interface LocalConsortiumOptions {
  readonly homeDir: string;
  readonly asked: Asked;
  readonly clock: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly fetch: typeof fetch;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
  /** Where Fabric's programs may be. */
  readonly fabricSources: Omit<BinarySources, 'onBuild'>;
}

const READY_WITHIN_MS = 120_000;

/** What has been started, to be stopped: the nodes (and the embedded ledger) together, then the network under them. */
interface Running {
  readonly processes: RunningProcess[];
  fabric: RunningFabric | undefined;
}

/** Runs a consortium of four nodes and their ledger on this machine until the signal: founded and loaded at the first start, resumed at later ones. */
export const runLocalConsortium = async (options: LocalConsortiumOptions): Promise<void> => {
  const home = homeAt(options.homeDir);
  const isNew = !existsSync(home.dir);
  const lock = lockDirectory(home.dir);
  const running: Running = { processes: [], fabric: undefined };
  try {
    const stopped = untilAborted(options.signal);
    // Asked to stop while it founds or loads, it stops at once: the next start goes on where this one was.
    await Promise.race([bringUp(options, home, running), stopped]);
    if (!options.signal.aborted) await Promise.race([untilOneEnds(running), stopped]);
  } catch (error) {
    // A start that was refused before anything ran leaves nothing that would bind the next one, as the kind of ledger.
    if (isNew && running.processes.length === 0 && !running.fabric) rmSync(home.dir, { recursive: true, force: true });
    throw error;
  } finally {
    await Promise.all(running.processes.map((process) => process.stop()));
    await running.fabric?.stop();
    lock.release();
  }
  options.output.write('已停止 Stopped\n');
};

const bringUp = async (options: LocalConsortiumOptions, home: Home, running: Running): Promise<void> => {
  const { clock, fetch, random, output, signal, asked } = options;
  const startedMs = clock();
  const state = await openState(home, startedMs, { asked, defaultPort: DEFAULT_FIRST_PORT });
  const { firstPort, ledger } = state;
  const fabric = ledger === 'fabric' ? await planFabricOf(home.fabricDir, firstPort) : undefined;
  const plan = planConsortium(firstPort, fabric);
  const progress = createProgress(output, clock);
  await refuseTakenPorts(plan);
  output.write(`安链 Anlian · ${home.dir}\n`);
  const papers = await bringUpLedger(options, home, plan, running, progress);
  const starting = progress.step({ zh: '启动节点', en: 'Nodes start' }, plan.members.length);
  await Promise.all(
    plan.members.map(async (member) => {
      running.processes.push(await startMember(home, plan, member, state));
      // A participant follows the ledger once its governor's node knows it: after its admission.
      if (member.kind === 'governor' || state.loaded)
        await awaitReady(fetch, member, { signal: AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)]) });
      starting.advance();
    }),
  );
  starting.done();
  await writeJson(home.addressFile, addressesOf(plan));

  const signIn = createSignIn({ fetch, clock, random, state });
  if (!state.loaded) {
    const descriptors = papers.map(({ descriptor }) => descriptor);
    await foundChannel({ plan, signIn }, descriptors);
    const startMs = Date.parse(state.firstStartAt);
    await loadStartingSet({ plan, home, signIn, fetch, clock, random, startMs, step: progress.step });
    await markLoaded(home, state);
  }
  await writeTrust(home, plan, options);
  output.write(welcome({ plan, home, first: !state.loaded, seconds: (clock() - startedMs) / 1000 }));
};

/** The ledger that the governors share, and what each member's node says of its keys. */
const bringUpLedger = async (
  options: LocalConsortiumOptions,
  home: Home,
  plan: ConsortiumPlan,
  running: Running,
  progress: Progress,
): Promise<readonly Papers[]> => {
  const { clock, output, signal, fabricSources } = options;
  if (!plan.fabric) {
    const starting = progress.step({ zh: '启动内置账本', en: 'Embedded ledger starts' }, 1);
    const papers = await collectPapers(home, plan);
    running.processes.push(await startLedger(home, plan, papers));
    starting.advance();
    starting.done();
    return papers;
  }
  const say = (line: string): void => void output.write(`${line}\n`);
  const sources = () => ({ crypto: globalThis.crypto, now: new Date(clock()) });
  const binaries = await announcedBinaries({ ...fabricSources, signal }, say);
  await makeMaterial(plan.fabric, sources());
  signal.throwIfAborted();
  running.fabric = startFabric({ plan: plan.fabric, binaries, sources, progress, signal }, say);
  const [papers] = await Promise.all([collectPapers(home, plan), running.fabric.ready]);
  return papers;
};

/** Those of the Fabric network it sees to itself. */
const refuseTakenPorts = async ({ ledgerPort, fabric, members }: ConsortiumPlan): Promise<void> => {
  for (const port of [...(fabric ? [] : [ledgerPort]), ...members.map((member) => member.port)]) {
    await new Promise<void>((resolve, reject) => {
      const probe = createServer();
      probe.once('error', () =>
        reject(new AnlianError('port_taken', { field: '--port', detail: `127.0.0.1:${port}` })),
      );
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
    });
  }
};

/** Where each member's node is in this run. */
const addressesOf = ({ members }: ConsortiumPlan): LocalConsortium => ({
  v: 1,
  nodes: Object.fromEntries(members.map((member) => [member.member, { url: memberUrl(member), name: member.name }])),
});

const AGREED_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 250;

/** The trust file: what two governors publish alike. One of them may be some blocks behind: they are asked again for a while. */
const writeTrust = async (
  home: Home,
  plan: ConsortiumPlan,
  { fetch, clock }: Pick<LocalConsortiumOptions, 'fetch' | 'clock'>,
): Promise<void> => {
  const askedMs = clock();
  for (;;) {
    const lists = await Promise.all(
      governorsOf(plan)
        .slice(0, 2)
        .map((member) => createClient({ url: memberUrl(member), fetch, newIdempotencyKey: () => '' }).getTrust({})),
    );
    try {
      return await writeJson(home.trustFile, agreedTrust(lists));
    } catch (error) {
      const mayAgree = error instanceof AnlianError && error.code === 'trust_lists_differ';
      if (!mayAgree || clock() - askedMs > AGREED_WITHIN_MS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Throws when a process ends by itself, or the network cannot be kept up. */
const untilOneEnds = async ({ processes, fabric }: Running): Promise<void> => {
  const ends = processes.map(async ({ name, logFile, ended }) => {
    const code = await ended;
    throw new AnlianError('process_ended', { field: name, detail: `${code ?? 'signal'} · ${logFile}` });
  });
  await Promise.race(fabric ? [...ends, fabric.ended] : ends);
};
