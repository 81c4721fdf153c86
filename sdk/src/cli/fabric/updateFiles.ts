import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { type ChannelUpdate, MAX_UPDATE_BYTES, readUpdate, writeUpdate } from '../../fabric/index.ts';
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

/** Written aside and renamed: signatures that are there are not lost. */
export const replaceUpdateFile = ({ cwd }: CliContext, name: string, update: ChannelUpdate): void => {
  const file = resolve(cwd, name);
  try {
    writeFileSync(`${file}.new`, writeUpdate(update));
    renameSync(`${file}.new`, file);
  } catch {
    throw new UsageError(SLIPS.unwritable(name));
  }
};
