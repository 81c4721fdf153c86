import {
  AnlianError,
  type AnyLedgerEvent,
  CHAINCODE_EVENT_NAME,
  COMMAND_NAMES,
  type CommandName,
  canonicalText,
  LedgerEventSchema,
  SignedCommand,
} from '@anlian/contracts';
import * as z from 'zod';
import { type DecodedBlock, dataHash, decodeBlock, headerHash } from './block.ts';
import { fromUtf8, sameBytes } from './bytes.ts';
import { decodePayload, decodeTransaction, splitEnvelope, type TransactionEnvelope } from './envelope.ts';
import { decodeIdentity } from './identity.ts';
import { common } from './messages.ts';
import { decodeResponsePayload } from './response.ts';
import { type ValidationCode, validationCodeName } from './validationCode.ts';

/** Stands for the codes of a block that no peer has committed. */
const NO_CODE = 255;

/** A command in a block, with what its rule answered. A transaction that is not `VALID` changed nothing. */
export interface FollowedTransaction {
  /** Position in its block. */
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
}

const isCommandName = (name: string): name is CommandName => (COMMAND_NAMES as readonly string[]).includes(name);

const Events = z.array(LedgerEventSchema);

const json = (bytes: Uint8Array): unknown => JSON.parse(fromUtf8(bytes));

/** The name, canonical command and actor JWS of a command's transaction; undefined when it is a query or another call. */
const commandOf = ({ args }: TransactionEnvelope): SignedCommand | undefined => {
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

const isEndorserTransaction = (envelope: Uint8Array): boolean =>
  decodePayload(splitEnvelope(envelope, 'ledger_corrupt').payload, 'ledger_corrupt').header.type ===
  common.HeaderType.ENDORSER_TRANSACTION;

const followTransaction = (
  envelope: Uint8Array,
  index: number,
  code: ValidationCode,
  chaincode: string,
): FollowedTransaction | undefined => {
  if (!isEndorserTransaction(envelope)) return undefined;
  const transaction = decodeTransaction(envelope, 'ledger_corrupt');
  if (transaction.chaincode !== chaincode) return undefined;
  const command = commandOf(transaction);
  if (command === undefined) return undefined;
  const { action } = decodeResponsePayload(transaction.responsePayload, 'ledger_corrupt');
  const { txId, txTime, creator } = transaction.header;
  return {
    index,
    txId,
    code,
    txTime,
    mspId: decodeIdentity(creator, 'ledger_corrupt').mspId,
    command,
    events: action.event?.name === CHAINCODE_EVENT_NAME ? Events.parse(json(action.event.payload)) : [],
    result: json(action.payload),
  };
};

const followEnvelope = (
  block: DecodedBlock,
  envelope: Uint8Array,
  index: number,
  chaincode: string,
): FollowedTransaction | undefined => {
  const code = validationCodeName(block.filter[index] ?? NO_CODE);
  try {
    return followTransaction(envelope, index, code, chaincode);
  } catch (cause) {
    // Anybody who may submit can have nonsense ordered; only what the peers held valid must make sense.
    if (code !== 'VALID') return undefined;
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
  const txs = block.envelopes
    .map((envelope, index) => followEnvelope(block, envelope, index, chaincode))
    .filter((tx) => tx !== undefined);
  return { number, previousHash, hash: await headerHash(block.header), bytes, txs };
};
