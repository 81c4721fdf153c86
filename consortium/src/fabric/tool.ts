import { execFile } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';
import { AnlianError } from '@anlian/contracts';
import type { FabricBinaries, Program } from './binaries.ts';

const execute = promisify(execFile);

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const WITHIN_MS = 120_000;

/** Runs one of Fabric's programs to its end. Environment is what it is given and nothing else. */
export type FabricTool = (
  program: Program,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Promise<{ readonly stdout: string; readonly stderr: string }>;

/** The last thing that a program said, without its log's decoration. */
const lastWords = (stderr: string): string => {
  const lines = stripVTControlCharacters(stderr).trim().split('\n');
  return (lines.findLast((line) => /error|fail/i.test(line)) ?? lines.at(-1) ?? '').trim().slice(0, 500);
};

/** @param signal ends what runs, and what is asked for later */
export const fabricTool =
  (binaries: Pick<FabricBinaries, 'path'>, signal?: AbortSignal): FabricTool =>
  async (program, args, environment) => {
    try {
      return await execute(binaries.path(program), args, {
        env: { PATH: process.env.PATH ?? '', ...environment },
        maxBuffer: MAX_OUTPUT_BYTES,
        timeout: WITHIN_MS,
        ...(signal && { signal }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : '';
      throw new AnlianError('fabric_step_failed', {
        field: [program, ...args.slice(0, 3)].join(' '),
        detail: lastWords(stderr),
        cause,
      });
    }
  };
