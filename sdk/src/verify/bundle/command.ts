import { commandDigest, decodeBatch, decodeCommand } from '@anlian/chaincode/rules';
import { type AnyCommand, BATCH_NAME } from '@anlian/contracts';
import { fromUtf8, sameBytes, utf8 } from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';
import type { LedgerTransaction } from './attested.ts';
import type { TrustedChannel } from './trust.ts';

/** A command as the ledger ran it, with the bytes that its actor signed. */
export interface LedgerCommand {
  readonly command: AnyCommand;
  readonly digest: string;
  readonly actorText: string;
}

type Given = ReturnType<typeof decodeBatch>[number];

const CHECK = 'command_form';

const isBatch = ([name]: readonly Uint8Array[]): boolean => name !== undefined && sameBytes(name, utf8(BATCH_NAME));

const readAlone = ([name, bytes, actor, ...surplus]: readonly Uint8Array[]): Given => {
  const isOne = name !== undefined && bytes !== undefined && actor !== undefined && surplus.length === 0;
  ensure(isOne, CHECK, 'a command is a name, its content and its actor');
  return { command: decodeCommand(bytes, fromUtf8(name)), bytes, actor: fromUtf8(actor) };
};

const readAmong = ([, batch, ...surplus]: readonly Uint8Array[], commandId: string): Given => {
  ensure(batch !== undefined && surplus.length === 0, CHECK, 'a batch is one list of commands');
  const given = decodeBatch(batch).find(({ command }) => command.commandId === commandId);
  ensure(given !== undefined, CHECK, 'the transaction does not hold the command that the file names');
  return given;
};

/** Names of the commands that a transaction holds; of one that cannot be read, its own name. */
export const commandNames = (args: readonly Uint8Array[]): readonly string[] => {
  const [name = new Uint8Array(), batch] = args;
  try {
    if (isBatch(args) && batch !== undefined) return decodeBatch(batch).map(({ command }) => command.name);
    return [fromUtf8(name)];
  } catch {
    return [BATCH_NAME];
  }
};

/**
 * The command that the proof is about, in canonical form and for this channel: the only one of its transaction, or the one that the
 * file names. A file that names one where there is no choice would have two forms.
 * @throws VerificationError `command_form`
 */
export const readCommand = async (
  { commandId }: { readonly commandId?: string | undefined },
  { transaction: { args } }: Pick<LedgerTransaction, 'transaction'>,
  { trust }: TrustedChannel,
): Promise<LedgerCommand> => {
  ensure(
    isBatch(args) === (commandId !== undefined),
    CHECK,
    'a file names its command where several share a transaction',
  );
  const { command, bytes, actor } = commandId === undefined ? readAlone(args) : readAmong(args, commandId);
  const isHere = command.channel === trust.channel && command.chaincode === trust.chaincode;
  ensure(isHere, CHECK, 'the command was given for another channel or chaincode');
  return { command, digest: await commandDigest(bytes), actorText: actor };
};
