import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { type ChannelUpdate, MAX_UPDATE_BYTES, readUpdate, writeUpdate } from '../../fabric/index.ts';
import { pause } from '../../ledger/backoff.ts';
import { writeNamed } from '../home.ts';
import { SLIPS } from '../slips.ts';
import { type CliContext, UsageError } from '../verb.ts';

/** @throws {UsageError} when it cannot be read; {AnlianError} `payload_too_large`, `invalid_input` */
export const readUpdateFile = ({ cwd }: CliContext, name: string): ChannelUpdate => {
  const file = resolve(cwd, name);
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(SLIPS.unreadable(name));
  if (statSync(file).size > MAX_UPDATE_BYTES) throw new AnlianError('payload_too_large', { field: name });
  return readUpdate(readFileSync(file, 'utf8'));
};

/** A new file: one that is there may hold others' signatures. @throws {AnlianError} `already_exists` */
export const createUpdateFile = (context: CliContext, name: string, update: ChannelUpdate): void => {
  if (existsSync(resolve(context.cwd, name))) throw new AnlianError('already_exists', { field: name });
  writeNamed(context, name, new TextEncoder().encode(writeUpdate(update)));
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** It is held for milliseconds. One that stays is of a program that was killed: no process id tells that on a shared folder. */
const POLL_MS = 50;
const POLLS = 60;

const takeLock = async (lock: string, name: string): Promise<void> => {
  for (let polls = 0; polls < POLLS; polls++) {
    try {
      closeSync(openSync(lock, 'wx', 0o600));
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw new UsageError(SLIPS.unwritable(name));
    }
    await pause(POLL_MS);
  }
  throw new AnlianError('fabric_update_locked', { field: lock });
};

const replace = ({ random }: CliContext, file: string, name: string, update: ChannelUpdate): void => {
  const aside = `${file}.${Buffer.from(random(8)).toString('hex')}.new`;
  try {
    writeFileSync(aside, writeUpdate(update), { flag: 'wx' });
    renameSync(aside, file);
  } catch (cause) {
    rmSync(aside, { force: true });
    if (codeOf(cause) === 'ENOSPC') throw new AnlianError('storage_full', { field: name, cause });
    throw new UsageError(SLIPS.unwritable(name));
  }
};

/**
 * Changes a file from what it holds now, for one at a time: of two who sign at once neither loses a signature. Written aside and renamed.
 * @throws {AnlianError} `fabric_update_locked`; as {@link readUpdateFile}
 */
export const changeUpdateFile = async <T extends ChannelUpdate>(
  context: CliContext,
  name: string,
  change: (present: ChannelUpdate) => Promise<T>,
): Promise<T> => {
  const file = realpathSync(resolve(context.cwd, name));
  const lock = `${file}.lock`;
  await takeLock(lock, name);
  try {
    const changed = await change(readUpdateFile(context, name));
    replace(context, file, name, changed);
    return changed;
  } finally {
    rmSync(lock, { force: true });
  }
};
