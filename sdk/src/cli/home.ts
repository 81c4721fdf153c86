import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { AnlianError, type TrustBundle } from '@anlian/contracts';
import { readPng } from '../code/image/index.ts';
import { MAX_TRUST_BYTES, readTrust } from '../verify/index.ts';
import { type Call, type CliContext, UsageError } from './verb.ts';

/** Where data are kept: `ANLIAN_HOME`, else `.anlian` in the current directory. */
export const homeOf = ({ env, cwd }: CliContext): string => resolve(cwd, env.ANLIAN_HOME || '.anlian');

/**
 * A directory named by an option: a path, or a name under the home's folder for such things. Without the option the only one
 * there is, or `default`.
 */
export const namedDirectory = ({ context, option }: Call, name: string, folder: string): string => {
  const home = join(homeOf(context), folder);
  const given = option(name);
  if (given !== undefined)
    return given.includes(sep) || given.includes('/') ? resolve(context.cwd, given) : join(home, given);
  const there = existsSync(home) ? readdirSync(home) : [];
  if (there.length > 1) throw new UsageError(`--${name} ${there.join(' | ')}`);
  return join(home, there[0] ?? 'default');
};

const MAX_IMAGE_BYTES = 16 << 20;
const PNG_MAGIC = '89504e470d0a1a0a';

const readFileAtMost = (file: string, limit: number): Uint8Array => {
  if (statSync(file).size > limit) throw new AnlianError('payload_too_large', { detail: `more than ${limit} bytes` });
  return new Uint8Array(readFileSync(file));
};

/** QR text as given, or from a file: a PNG is read as a gate's camera would read it, anything else as text. */
export const textOf = async ({ cwd }: CliContext, textOrFile: string): Promise<string> => {
  const file = resolve(cwd, textOrFile);
  if (textOrFile.length > 4096 || !existsSync(file)) return textOrFile;
  const bytes = readFileAtMost(file, MAX_IMAGE_BYTES);
  const isPng = Buffer.from(bytes.subarray(0, 8)).toString('hex') === PNG_MAGIC;
  return isPng ? readPng(bytes) : new TextDecoder().decode(bytes).replace(/\r?\n$/, '');
};

/** The pinned trust file named by `--trust`. */
export const trustOf = ({ context, option }: Call): TrustBundle => {
  const named = option('trust');
  const file = named === undefined ? join(homeOf(context), 'trust.json') : resolve(context.cwd, named);
  if (!existsSync(file)) throw new UsageError(`--trust ${file}`);
  return readTrust(readFileAtMost(file, MAX_TRUST_BYTES));
};
