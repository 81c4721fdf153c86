import {
  AnlianError,
  BATCH_NAME,
  batchGroup,
  canonicalBytes,
  MAX_BATCH_BYTES,
  MAX_BATCH_COMMANDS,
  MIN_BATCH_COMMANDS,
} from '@anlian/contracts';
import * as z from 'zod';
import { decodeCanonical, requireCommand } from './decode.ts';
import { faultsOf } from './faults.ts';
import { placed, refusalOfBatch } from './place.ts';
import type { GivenCommand } from './run.ts';

const FIELD = '/batch';

/** Each command is held against its own schema afterwards. */
const Batch = z
  .array(z.strictObject({ command: z.unknown(), actor: z.string() }))
  .min(MIN_BATCH_COMMANDS)
  .max(MAX_BATCH_COMMANDS);

const requireBatch = (value: unknown): z.output<typeof Batch> => {
  const parsed = Batch.safeParse(value);
  if (!parsed.success) throw placed(FIELD, faultsOf(parsed.error));
  return parsed.data;
};

const invalid = (detail: string, field: string): AnlianError => new AnlianError('invalid_input', { detail, field });

/** @throws AnlianError when the command may not stand in a transaction with those before it */
const requireCompanion = ({ command }: GivenCommand, before: readonly GivenCommand[]): void => {
  const group = batchGroup(command);
  if (group === undefined) throw invalid(`${command.name} goes alone`, '/name');
  const [first] = before;
  if (first && batchGroup(first.command) !== group)
    throw invalid('the commands of a batch name the same company, or none', '/args');
  if (before.some((other) => other.command.commandId === command.commandId))
    throw invalid('it stands in the batch twice', '/commandId');
};

const readCommands = (value: unknown): readonly GivenCommand[] => {
  const batch: GivenCommand[] = [];
  const refused: [number, AnlianError][] = [];
  for (const [index, { command: unread, actor }] of requireBatch(value).entries()) {
    try {
      const command = requireCommand(unread);
      const given = { command, bytes: canonicalBytes(command), actor };
      requireCompanion(given, batch);
      batch.push(given);
    } catch (error) {
      if (!(error instanceof AnlianError)) throw error;
      refused.push([index, error]);
    }
  }
  if (refused.length > 0) throw refusalOfBatch(refused);
  return batch;
};

/**
 * Reads the commands of a batch from its bytes in their one canonical spelling. A fault of one command is told as one at
 * `/batch/<index>`.
 * @throws AnlianError `payload_too_large`, `invalid_input`, `invalid_uscc`
 */
export const decodeBatch = (bytes: Uint8Array): readonly GivenCommand[] => {
  if (bytes.length > MAX_BATCH_BYTES)
    throw new AnlianError('payload_too_large', {
      field: FIELD,
      detail: `${BATCH_NAME} takes ${MAX_BATCH_BYTES} bytes`,
    });
  return decodeCanonical(bytes, readCommands);
};
