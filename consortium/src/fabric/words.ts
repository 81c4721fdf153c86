import { relative, resolve } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { SLIPS } from '@anlian/sdk/slips';
import { createProgress } from '../launcher/progress.ts';
import { WrongUse } from '../wrongUse.ts';
import { alone, binariesFor, type Call, DONE, nothingHere, REFUSED } from './call.ts';
import type { DaemonFiles } from './daemons.ts';
import { type Departed, departedText } from './departed.ts';
import { type FabricState, planAt, readState, settle, writeState } from './home.ts';
import { stopLeftovers } from './leftovers.ts';
import { printLogs } from './logs.ts';
import { member } from './memberWord.ts';
import { fabricDown, fabricUp } from './network.ts';
import { HOST } from './plan.ts';
import { everyDaemon } from './programs.ts';
import { resetFabric } from './reset.ts';
import { fabricStatus } from './status.ts';
import { binariesText, statusText } from './statusText.ts';
import { requireFitting } from './versions.ts';

/** As a shell tells that Ctrl-C ended a program. */
const INTERRUPTED = 130;
const LOG_LINES = 200;

const isDamage = (error: unknown): boolean => error instanceof AnlianError && error.code === 'fabric_state_damaged';

const bringUp = async (call: Call): Promise<void> => {
  const { homeDir, clock, output, signal } = call;
  const beganMs = clock();
  const settled = await settle(homeDir, call);
  output.write(`安链 Anlian · Hyperledger Fabric · ${settled.profile} · ${homeDir}\n`);
  const binaries = await binariesFor(call);
  const { dir, source, version } = binaries;
  requireFitting(settled.profile, binaries);
  const { profile, firstPort, cutting, joined, left } = settled;
  const state: FabricState = { v: 1, profile, firstPort, cutting, joined, left, binaries: { dir, source, version } };
  output.write(`  ${binariesText(state.binaries)}\n`);
  await writeState(homeDir, state);
  const plan = planAt(homeDir, state);
  const sources = { crypto: globalThis.crypto, now: new Date(clock()) };
  let gone: readonly Departed[] = [];
  const onDeparted = (departed: readonly Departed[]): void => {
    gone = departed;
    for (const one of departed) output.write(`${departedText(one)}\n`);
  };
  await fabricUp({ plan, binaries, sources, cutting, progress: createProgress(output, clock), signal, onDeparted });
  const present = plan.organisations.filter((one) => !gone.some(({ member }) => member === one.member));
  const peers = present.map(({ member, peerPort }) => `  ${member.padEnd(24)} ${HOST}:${peerPort}\n`);
  output.write(`
已就绪 Ready: ${((clock() - beganMs) / 1000).toFixed(1)} s

${peers.join('')}
  状态 Status: npm run fabric:status   日志 Logs: npm run fabric:logs   停止 Stop: npm run fabric:down
  数据 Data: ${relative(process.cwd(), resolve(homeDir)) || homeDir}
`);
};

/** Starts the network, or what of it does not run. Ctrl-C stops what this start has started. */
const up = async (call: Call): Promise<number> => {
  try {
    await alone(call.homeDir, () => bringUp(call));
    return DONE;
  } catch (error) {
    if (!call.signal.aborted) throw error;
    call.output.write('\n已停止 Stopped\n');
    return INTERRUPTED;
  }
};

const tellStopped = ({ output }: Call, stopped: readonly string[]): void =>
  void output.write(stopped.length === 0 ? '没有进程在运行 Nothing runs\n' : `已停止 Stopped: ${stopped.join(', ')}\n`);

/** Stops the network; of one whose memory is damaged whatever runs, and then says what is damaged. */
const down = async (call: Call): Promise<number> => {
  const { homeDir } = call;
  try {
    const state = await readState(homeDir);
    if (!state) return nothingHere(call);
    tellStopped(call, await alone(homeDir, () => fabricDown(planAt(homeDir, state))));
    return DONE;
  } catch (error) {
    if (isDamage(error)) tellStopped(call, await alone(homeDir, () => stopLeftovers(homeDir)));
    throw error;
  }
};

const status = async (call: Call): Promise<number> => {
  const state = await readState(call.homeDir);
  if (!state) return nothingHere(call);
  const sources = { crypto: globalThis.crypto, now: new Date(call.clock()) };
  call.output.write(statusText(await fabricStatus(planAt(call.homeDir, state), state, sources)));
  return DONE;
};

/** What `logs` takes: a process, or a word that stands for several. */
const namesFor = (typed: string, daemons: readonly DaemonFiles[]): string[] =>
  typed.includes('/') ? daemons.map(({ name }) => name) : [...new Set(daemons.flatMap(({ name }) => name.split('/')))];

const logs = async (call: Call): Promise<number> => {
  const { homeDir, name, follow, signal, output } = call;
  const state = await readState(homeDir);
  if (!state) return nothingHere(call, REFUSED);
  const daemons = everyDaemon(planAt(homeDir, state));
  const chosen = daemons.filter((one) => name === undefined || one.name === name || one.name.split('/').includes(name));
  if (chosen.length === 0) throw new WrongUse(SLIPS.unknown(name ?? '', namesFor(name ?? '', daemons)));
  await printLogs(chosen, {
    lines: chosen.length === 1 ? LOG_LINES : Math.ceil(LOG_LINES / chosen.length),
    follow,
    signal,
    write: (text) => output.write(text),
  });
  return DONE;
};

/** Also what cannot be read any more can be removed. */
const readOrDamaged = (homeDir: string): Promise<FabricState | 'damaged' | undefined> =>
  readState(homeDir).catch((error: unknown) => {
    if (isDamage(error)) return 'damaged';
    throw error;
  });

const reset = async (call: Call): Promise<number> => {
  const { homeDir, yes, output } = call;
  const state = await readOrDamaged(homeDir);
  if (!state) return nothingHere(call);
  if (!yes)
    throw new WrongUse({
      zh: `请加 --yes：将移除 ${homeDir} 中网络的密钥、区块和日志`,
      en: `add --yes: it removes the keys, blocks and logs of the network in ${homeDir}`,
    });
  await alone(homeDir, () => resetFabric(homeDir, state === 'damaged' ? undefined : state));
  output.write(`已移除 Removed: ${homeDir}\n`);
  return DONE;
};

/** What `npm run fabric:WORD` does; each returns the exit code. */
export const WORDS = { up, down, status, logs, member, reset } as const satisfies Record<
  string,
  (call: Call) => Promise<number>
>;
export type Word = keyof typeof WORDS;
