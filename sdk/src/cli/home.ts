import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { AnlianError, type Text, type TrustBundle } from '@anlian/contracts';
import { readPng } from '../code/image/index.ts';
import { MAX_TRUST_BYTES, readTrust } from '../verify/index.ts';
import { SLIPS } from './slips.ts';
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
  if (there.length > 1) throw new UsageError(SLIPS.severalThere(`--${name}`, there));
  return join(home, there[0] ?? 'default');
};

const MAX_IMAGE_BYTES = 16 << 20;
const PNG_MAGIC = '89504e470d0a1a0a';

const readFileAtMost = (file: string, limit: number): Uint8Array => {
  if (statSync(file).size > limit) throw new AnlianError('payload_too_large', { detail: `more than ${limit} bytes` });
  return new Uint8Array(readFileSync(file));
};

/** No QR text ends so: a file's name with a slip in it must not be judged, and recorded, as a code that cannot be read. */
const FILE_NAME = /\.\w{1,5}$/;

/**
 * QR text as given, or from a file: a PNG is read as a gate's camera would read it, anything else as text.
 * @throws {UsageError} for the name of a file that is not there
 */
export const textOf = async ({ cwd }: CliContext, textOrFile: string): Promise<string> => {
  const file = resolve(cwd, textOrFile);
  const isFile = textOrFile.length <= 4096 && existsSync(file) && statSync(file).isFile();
  if (!isFile && FILE_NAME.test(textOrFile)) throw new UsageError(SLIPS.unreadable(textOrFile));
  if (!isFile) return textOrFile;
  const bytes = readFileAtMost(file, MAX_IMAGE_BYTES);
  const isPng = Buffer.from(bytes.subarray(0, 8)).toString('hex') === PNG_MAGIC;
  return isPng ? readPng(bytes) : new TextDecoder().decode(bytes).replace(/\r?\n$/, '');
};

/** What to tell whoever has no trust file. */
export const noTrustFile = (file: string): Text => ({
  zh: `没有信任文件 ${file}：用 --trust 指明；本机联盟的由 npm start 写出`,
  en: `there is no trust file ${file}: name one with --trust; npm start writes that of a local consortium`,
});

/** The pinned trust file named by `--trust`. */
export const trustOf = ({ context, option }: Call): TrustBundle => {
  const named = option('trust');
  const file = named === undefined ? join(homeOf(context), 'trust.json') : resolve(context.cwd, named);
  if (!existsSync(file)) throw new UsageError(noTrustFile(file));
  return readTrust(readFileAtMost(file, MAX_TRUST_BYTES));
};

/** Writes a file that an option names. @throws {UsageError} when it cannot be written there */
export const writeNamed = ({ cwd }: CliContext, name: string, content: Uint8Array): void => {
  try {
    writeFileSync(resolve(cwd, name), content);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
      throw new AnlianError('storage_full', { detail: name, cause: error });
    throw new UsageError(SLIPS.unwritable(name));
  }
};
