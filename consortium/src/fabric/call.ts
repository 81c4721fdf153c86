import { existsSync, readdirSync, rmSync } from 'node:fs';
import { lockDirectory } from '@anlian/sdk/directory-lock';
import { createProgress, type Step } from '../launcher/progress.ts';
import { findBinaries } from './binaries.ts';
import { makeDirectory } from './directory.ts';
import type { Profile } from './plan.ts';
import type { Cutting } from './settings/channel.ts';

/** A command as it was typed. */
export interface Call {
  readonly homeDir: string;
  readonly profile: Profile | undefined;
  readonly firstPort: number | undefined;
  readonly cutting: Cutting | undefined;
  /** What the word is about: a process of `logs`, what `member` is to do. */
  readonly name: string | undefined;
  /** Of `member`: whom. */
  readonly member: string | undefined;
  readonly follow: boolean;
  readonly yes: boolean;
  readonly binDir: string | undefined;
  readonly searchPath: string;
  readonly cacheDir: string;
  readonly clock: () => number;
  readonly output: { readonly isTTY?: boolean | undefined; write(text: string): unknown };
  readonly signal: AbortSignal;
}

export const DONE = 0;

export const REFUSED = 1;

/** @param exitCode what it means to the word: nothing to do, or nothing that it could be done to */
export const nothingHere = ({ homeDir, output }: Pick<Call, 'homeDir' | 'output'>, exitCode = DONE): number => {
  output.write(
    `这里没有 Fabric 网络；启动一个：npm run fabric:up There is no Fabric network here; start one: npm run fabric:up · ${homeDir}\n`,
  );
  return exitCode;
};

const LOCK_FILE = /^lock\./;

/** A command that was refused leaves no folder with nothing but its lock. While it is held, so that nobody else works there. */
const removeUnused = (dir: string): void => {
  if (readdirSync(dir).every((name) => LOCK_FILE.test(name))) rmSync(dir, { recursive: true, force: true });
};

/** One command at a time changes a home. */
export const alone = async <T>(dir: string, work: () => Promise<T>): Promise<T> => {
  const isNew = !existsSync(dir);
  await makeDirectory(dir);
  const lock = lockDirectory(dir);
  try {
    return await work();
  } catch (error) {
    if (isNew) removeUnused(dir);
    throw error;
  } finally {
    lock.release();
  }
};

export const binariesFor = async (call: Call) => {
  const { binDir, searchPath, cacheDir, output, clock, signal } = call;
  let building: Step | undefined;
  const onBuild = () => {
    output.write(
      `  首次使用：由 Go 构建 Fabric 程序，约需两分钟 First use: Go builds Fabric’s programs, about two minutes\n`,
    );
    building = createProgress(output, clock).step({ zh: '构建 Fabric 程序', en: 'Fabric’s programs' }, 1);
  };
  const binaries = await findBinaries({ binDir, searchPath, cacheDir, onBuild, signal });
  building?.done();
  return binaries;
};
