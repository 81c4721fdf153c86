import { decodeBatch } from '@anlian/chaincode/rules';
import {
  AnlianError,
  type AnyLedgerEvent,
  BATCH_NAME,
  CHAINCODE_EVENT_NAME,
  COMMAND_NAMES,
  CommandId,
  type CommandName,
  canonicalText,
  LedgerEventSchema,
  SignedCommand,
} from '@anlian/contracts';
import * as z from 'zod';
import { type DecodedBlock, dataHash, decodeBlock, headerHash } from './block.ts';
import { fromUtf8, sameBytes } from './bytes.ts';
import { answerIn, type ExecutedTransaction } from './executed.ts';
import { actionOf, argsOf, calledChaincode, isEndorserTransaction, openOrdered, submissionOf } from './ordered.ts';
import { type ValidationCode, validationCodeName } from './validationCode.ts';

/** Stands for the codes of a block that no peer has committed. */
const NO_CODE = 255;

/**
 * A command in a block, with what its rule answered. A transaction that is not `VALID` changed nothing. Commands that share a
 * transaction come one by one, in its order, under the same `index`, `txId` and code.
 */
export interface FollowedTransaction {
  /** Position of the transaction in its block. */
  readonly index: number;
  readonly txId: string;
  readonly code: ValidationCode;
  /** The submitter's claim, which the endorsers held against their clocks. */
  readonly txTime: string;
  /** Who carried the command to the ledger. */
  readonly mspId: string;
  readonly command: SignedCommand;
  readonly events: readonly AnyLedgerEvent[];
  readonly result: unknown;
}

export interface FollowedBlock {
  readonly number: number;
  readonly hash: Uint8Array;
  readonly previousHash: Uint8Array;
  readonly bytes: Uint8Array;
  /** Our chaincode's commands; configuration and queries are left out. */
  readonly txs: readonly FollowedTransaction[];
  /** Valid calls of ours that bear a command's name and are, with what was told and answered, in no form of ours. Honest endorsers refuse them. */
  readonly unread: readonly UnreadTransaction[];
}

export type UnreadTransaction = Pick<FollowedTransaction, 'index' | 'txId' | 'mspId'>;

const isCommandName = (name: string): name is CommandName => (COMMAND_NAMES as readonly string[]).includes(name);

const Events = z.array(LedgerEventSchema);
const BatchEvents = z.looseObject({ commandId: CommandId }).transform(({ commandId, ...event }) => ({
  commandId,
  event: LedgerEventSchema.parse(event),
}));

const json = (bytes: Uint8Array): unknown => JSON.parse(fromUtf8(bytes));

/** A call of ours, and what was endorsed as its answer. */
type Called = Pick<ExecutedTransaction, 'args' | 'event' | 'result'>;
type Told = Pick<FollowedTransaction, 'command' | 'events' | 'result'>;

/** The name, canonical command and actor JWS of a command's transaction; undefined when it is a query or another call. */
const commandOf = ({ args }: Called): SignedCommand | undefined => {
  const [name, command, actor] = args;
  if (
    args.length !== 3 ||
    name === undefined ||
    command === undefined ||
    actor === undefined ||
    !isCommandName(fromUtf8(name))
  )
    return undefined;
  const signed = SignedCommand.parse({ command: json(command), actor: fromUtf8(actor) });
  if (signed.command.name !== fromUtf8(name) || canonicalText(signed.command) !== fromUtf8(command)) {
    throw new AnlianError('ledger_corrupt', {
      field: 'command',
      detail: 'the arguments are not one canonical command',
    });
  }
  return signed;
};

const eventsOf = ({ event }: Called): unknown => (event?.name === CHAINCODE_EVENT_NAME ? json(event.payload) : []);

/** The commands of a batch, each with what was told and answered of it; undefined when the transaction is none. */
const batchOf = (called: Called): readonly Told[] | undefined => {
  const { args } = called;
  const [name, batch] = args;
  if (args.length !== 2 || name === undefined || batch === undefined || fromUtf8(name) !== BATCH_NAME) return undefined;
  const commands = decodeBatch(batch);
  const results = z.array(z.unknown()).length(commands.length).parse(json(called.result));
  const events = z.array(BatchEvents).parse(eventsOf(called));
  const told = commands.map(({ command, actor }, at) => ({
    command: { command, actor },
    events: events.filter(({ commandId }) => commandId === command.commandId).map(({ event }) => event),
    result: results[at],
  }));
  if (told.flatMap((one) => one.events).length !== events.length)
    throw new AnlianError('ledger_corrupt', { field: 'events', detail: 'an event is of no command of the batch' });
  return told;
};

const toldOf = (called: Called): readonly Told[] => {
  const command = commandOf(called);
  if (command === undefined) return batchOf(called) ?? [];
  return [{ command, events: Events.parse(eventsOf(called)), result: json(called.result) }];
};

/** A command's name whose arguments are no command's: none of our rules endorses it, and nobody can say what it changed. */
const isUnread = ({ args }: Called, told: readonly Told[]): boolean => {
  const name = new TextDecoder().decode(args[0]);
  return told.length === 0 && (isCommandName(name) || name === BATCH_NAME);
};

/** Undefined where something is in no form of ours: a majority that endorses nonsense must not end everybody's following. */
const readableIn = (called: Called): readonly Told[] | undefined => {
  try {
    const told = toldOf(called);
    return isUnread(called, told) ? undefined : told;
  } catch {
    return undefined;
  }
};

type Followed = Pick<FollowedBlock, 'txs' | 'unread'>;

const NOTHING: Followed = { txs: [], unread: [] };

/** Another chaincode's transaction is passed over before its submitter, time or arguments are read: they are that chaincode's. */
const followTransaction = (envelope: Uint8Array, index: number, code: ValidationCode, chaincode: string): Followed => {
  const ordered = openOrdered(envelope);
  if (!isEndorserTransaction(ordered) || calledChaincode(ordered) !== chaincode) return NOTHING;
  const action = actionOf(ordered);
  const { txId, txTime, mspId } = submissionOf(ordered);
  const called = { args: argsOf(action), ...answerIn(action.responsePayload) };
  const told = readableIn(called);
  if (told === undefined) return { txs: [], unread: code === 'VALID' ? [{ index, txId, mspId }] : [] };
  return { txs: told.map((one) => ({ index, txId, code, txTime, mspId, ...one })), unread: [] };
};

const followEnvelope = (block: DecodedBlock, envelope: Uint8Array, index: number, chaincode: string): Followed => {
  const code = validationCodeName(block.filter[index] ?? NO_CODE);
  try {
    return followTransaction(envelope, index, code, chaincode);
  } catch (cause) {
    // Anybody who may submit can have nonsense ordered; only what the peers held valid must make sense.
    if (code !== 'VALID') return NOTHING;
    throw new AnlianError('ledger_corrupt', {
      field: `block ${block.header.number}`,
      detail: `transaction ${index} is valid but unreadable`,
      cause,
    });
  }
};

/** Decodes a block for those who follow the ledger, and checks its data against its header. Throws `ledger_corrupt`. */
export const followBlock = async (bytes: Uint8Array, chaincode: string): Promise<FollowedBlock> => {
  const block = decodeBlock(bytes, 'ledger_corrupt');
  const { number, previousHash } = block.header;
  if (!sameBytes(await dataHash(block.envelopes), block.header.dataHash)) {
    throw new AnlianError('ledger_corrupt', {
      field: `block ${number}`,
      detail: 'the transactions are not those of the header',
    });
  }
  const followed = block.envelopes.map((envelope, index) => followEnvelope(block, envelope, index, chaincode));
  const txs = followed.flatMap((one) => one.txs);
  const unread = followed.flatMap((one) => one.unread);
  return { number, previousHash, hash: await headerHash(block.header), bytes, txs, unread };
};
