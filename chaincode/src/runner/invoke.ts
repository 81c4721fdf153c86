import { AnlianError, BATCH_NAME, COMMAND_NAMES } from '@anlian/contracts';
import { runBatch } from './batch.ts';
import { runQuery } from './query.ts';
import { readingOnce } from './readingOnce.ts';
import type { RuleOutcome, StateReader } from './rule.ts';
import { runCommand, type TransactionFacts } from './run.ts';

/** One call as a ledger receives it: a function with its arguments as bytes, and what the ledger knows of the transaction. */
export interface Invocation extends TransactionFacts {
  /** The function's name, then its arguments: command and actor JWS, several of them as one JSON, or a query's arguments as JSON. */
  readonly args: readonly Uint8Array[];
}

const text = (bytes: Uint8Array | undefined, field: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AnlianError('invalid_input', { field, detail: 'not UTF-8' });
  }
};

const parseArguments = (bytes: Uint8Array | undefined): unknown => {
  const json = text(bytes, 'args');
  try {
    return JSON.parse(json);
  } catch {
    throw new AnlianError('invalid_input', { field: 'args', detail: 'the arguments are not JSON' });
  }
};

const isCommand = (name: string): boolean => (COMMAND_NAMES as readonly string[]).includes(name);

/** Whoever follows or proves a command takes it in one form only: in another it must not take effect. */
const miscounted = (name: string): AnlianError =>
  new AnlianError('invalid_input', { field: 'args', detail: `${name} takes another number of arguments` });

/**
 * Runs what a transaction asks of the chaincode, a command, a batch of them or a query, and returns what it would write, tell and answer. Both ledgers
 * come this way.
 * @throws AnlianError to refuse, with a code of the catalogue
 */
export const invoke = async (read: StateReader, { args, ...call }: Invocation): Promise<RuleOutcome> => {
  const [name, body, actor] = args;
  const functionName = text(name, 'function');
  if (isCommand(functionName)) {
    if (body === undefined || actor === undefined || args.length !== 3) throw miscounted(functionName);
    return runCommand(readingOnce(read), { ...call, name: functionName, command: body, actor: text(actor, 'actor') });
  }
  if (functionName === BATCH_NAME) {
    if (body === undefined || args.length !== 2) throw miscounted(functionName);
    return runBatch(readingOnce(read), body, call);
  }
  return { writes: [], events: [], result: await runQuery(read, functionName, parseArguments(body), call) };
};
