import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import type { JWK } from 'jose';
import * as z from 'zod';
import { LOCAL_CONSORTIUM_FILE, LocalConsortium } from '../client/index.ts';
import { homeOf } from './home.ts';
import { SLIPS } from './slips.ts';
import { type CliContext, UsageError } from './verb.ts';

const STATE_FILE = 'launcher.json';
const LauncherFile = z.object({ operatorKey: z.custom<JWK>((key) => typeof key === 'object' && key !== null) });

const readFrom = <T extends z.ZodType>(file: string, schema: T): z.output<T> => {
  if (!existsSync(file)) throw new AnlianError('no_local_consortium', { detail: file });
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new AnlianError('configuration_invalid', { field: file, detail: 'not written by the launcher', cause });
  }
};

/** Address of a member's node of the local consortium in this home. */
export const localNodeOf = (context: CliContext, member: string): string => {
  const { nodes } = readFrom(join(homeOf(context), LOCAL_CONSORTIUM_FILE), LocalConsortium);
  const node = nodes[member];
  if (!node) throw new UsageError(SLIPS.unknown(member, Object.keys(nodes), '@'));
  return node.url;
};

/** The key of whoever runs the local consortium: with it one is any persona at its nodes. */
export const operatorKeyOf = (context: CliContext): JWK =>
  readFrom(join(homeOf(context), STATE_FILE), LauncherFile).operatorKey;
