import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { LedgerDescription } from '@anlian/sdk/ledger';
import { CHAINCODE, CHANNEL, type Governor } from './governors.ts';

const MAIN = resolve(import.meta.dirname, '../../consortium/src/ledger/main.ts');

/** The embedded ledger service as a process of its own. */
export interface LedgerProcess {
  readonly child: ChildProcess;
  readonly ready: LedgerDescription & { readonly url: string };
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Sends a signal and gives the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface FailedStart {
  readonly exitCode: number | null;
  /** The last line of its log. */
  readonly fault: { readonly code?: string; readonly errors?: readonly { readonly field: string }[] };
}

export const writeGenesis = (dir: string, governors: readonly Governor[]): string => {
  const path = join(dir, 'genesis.json');
  const msps = governors.map(({ mspId, msp }) => ({ mspId, rootCertPem: msp.caCertPem }));
  writeFileSync(path, JSON.stringify({ channel: CHANNEL, chaincode: CHAINCODE, msps }));
  return path;
};

/** Starts the service; a start that fails gives its exit code and its last words instead. */
export const startLedger = async (environment: Record<string, string>): Promise<LedgerProcess | FailedStart> => {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const outcome = await Promise.race([line, exited.then(([exitCode]) => ({ exitCode }))]);
  if ('exitCode' in outcome) return { ...outcome, fault: JSON.parse(words.trim().split('\n').at(-1) ?? '{}') };
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await exited)[0];
  };
  return { child, ready: JSON.parse(outcome[0]), kill: async () => void (await end('SIGKILL')), end };
};

export const requireStarted = (started: LedgerProcess | FailedStart): LedgerProcess => {
  if ('fault' in started) throw new Error(`the ledger service did not start: ${JSON.stringify(started.fault)}`);
  return started;
};
