import { createServer } from 'node:net';
import { AnlianError, type TrustBundle } from '@anlian/contracts';
import { createClient, type LocalConsortium } from '@anlian/sdk';
import { lockDirectory } from '@anlian/sdk/directory-lock';
import { loadStartingSet } from '../startingSet/load.ts';
import { awaitReady, collectPapers, startLedger, startMember } from './consortium.ts';
import { foundChannel, governorsOf } from './found.ts';
import { type Home, homeAt, markLoaded, openState, writeJson } from './home.ts';
import { createSignIn } from './people.ts';
import { type ConsortiumPlan, DEFAULT_FIRST_PORT, memberUrl, planConsortium } from './plan.ts';
import type { RunningProcess } from './processes.ts';
import { createProgress } from './progress.ts';
import { welcome } from './welcome.ts';

export interface LocalConsortiumOptions {
  readonly homeDir: string;
  /** Undefined: the one of the start before, or the default. */
  readonly firstPort: number | undefined;
  readonly clock: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly fetch: typeof fetch;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

const READY_WITHIN_MS = 120_000;

/** Runs a consortium of four nodes and their ledger on this machine until the signal: founded and loaded at the first start, resumed at later ones. */
export const runLocalConsortium = async (options: LocalConsortiumOptions): Promise<void> => {
  const home = homeAt(options.homeDir);
  const lock = lockDirectory(home.dir);
  const running: RunningProcess[] = [];
  try {
    const stopped = untilAborted(options.signal);
    // Asked to stop while it founds or loads, it stops at once: the next start goes on where this one was.
    await Promise.race([bringUp(options, home, running), stopped]);
    if (!options.signal.aborted) await Promise.race([untilOneEnds(running), stopped]);
  } finally {
    await Promise.all(running.map((process) => process.stop()));
    lock.release();
  }
  options.output.write('已停止 Stopped\n');
};

const bringUp = async (options: LocalConsortiumOptions, home: Home, running: RunningProcess[]): Promise<void> => {
  const { clock, fetch, random, output, signal } = options;
  const startedMs = clock();
  const state = await openState(home, startedMs, { asked: options.firstPort, byDefault: DEFAULT_FIRST_PORT });
  const plan = planConsortium(state.firstPort);
  const progress = createProgress(output, clock);
  await refuseTakenPorts(plan);
  output.write(`安链 Anlian · ${home.dir}\n`);
  const starting = progress.step({ zh: '启动账本与节点', en: 'Ledger and nodes start' }, plan.members.length + 1);
  const papers = await collectPapers(home, plan);
  running.push(await startLedger(home, plan, papers));
  starting.advance();
  await Promise.all(
    plan.members.map(async (member) => {
      running.push(await startMember(home, plan, member, state));
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
  await writeTrust(home, plan, fetch);
  output.write(welcome({ plan, home, first: !state.loaded, seconds: (clock() - startedMs) / 1000 }));
};

const refuseTakenPorts = async ({ ledgerPort, members }: ConsortiumPlan): Promise<void> => {
  for (const port of [ledgerPort, ...members.map((member) => member.port)]) {
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

/** The trust file: one governor's list, written only when a second governor publishes the same genesis block. */
const writeTrust = async (home: Home, plan: ConsortiumPlan, fetch: typeof globalThis.fetch): Promise<void> => {
  const bundles: TrustBundle[] = await Promise.all(
    governorsOf(plan)
      .slice(0, 2)
      .map((member) => createClient({ url: memberUrl(member), fetch, newIdempotencyKey: () => '' }).getTrust({})),
  );
  const [first] = bundles;
  if (first === undefined || bundles.some((bundle) => bundle.genesisHash !== first.genesisHash))
    throw new AnlianError('genesis_mismatch', { detail: 'two governors publish different genesis blocks' });
  await writeJson(home.trustFile, { ...first, publishedBy: bundles.flatMap((bundle) => bundle.publishedBy) });
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Throws when a process ends by itself. */
const untilOneEnds = async (running: readonly RunningProcess[]): Promise<never> => {
  const [{ name, logFile }, code] = await Promise.race(
    running.map(async (process) => [process, await process.ended] as const),
  );
  throw new AnlianError('process_ended', { field: name, detail: `${code ?? 'signal'} · ${logFile}` });
};
