import { AnlianError, type AnyCommand, type CommandRecord, stateKey } from '@anlian/contracts';
import { rules } from '../rules/table.ts';
import {
  type ActorToken,
  readActorToken,
  type SignedDigest,
  verifyActorSignature,
  verifyActorToken,
} from './actorToken.ts';
import { assemblyFor, presentAssembly } from './assembly.ts';
import { authorise } from './authorise.ts';
import { commandDigest, decodeCommand } from './decode.ts';
import type { Rule, RuleContext, RuleOutcome, StateReader } from './rule.ts';

/** What the ledger knows of a transaction, whatever it asks for. */
export interface TransactionFacts {
  /** MSP of the submitter, as the ledger authenticated it. */
  readonly mspId: string;
  readonly txId: string;
  /** Instant with milliseconds. */
  readonly txTime: string;
  /** The channel and chaincode that are running. */
  readonly channel: string;
  readonly chaincode: string;
}

/** One command, as the ledger's wrapper hands it over. */
export interface CommandCall extends TransactionFacts {
  /** The envelope's function. */
  readonly name: string;
  /** Canonical bytes of the command. */
  readonly command: Uint8Array;
  /** The actor's compact JWS. */
  readonly actor: string;
}

/** A command that has been read, with the bytes that its actor signed. */
export interface GivenCommand {
  readonly command: AnyCommand;
  readonly bytes: Uint8Array;
  readonly actor: string;
}

const requirePlace = (command: AnyCommand, { channel, chaincode }: TransactionFacts): void => {
  if (command.channel !== channel) throw new AnlianError('wrong_channel', { field: '/channel' });
  if (command.chaincode !== chaincode) throw new AnlianError('wrong_channel', { field: '/chaincode' });
};

/**
 * A second use of a command changes nothing and answers as the first did, even when its signature or its key has expired meanwhile.
 * It must be signed all the same: it is a valid transaction, and whoever follows the ledger reads its actor.
 */
const repeat = async (
  read: StateReader,
  { mspId, txTime }: TransactionFacts,
  token: ActorToken,
  signed: SignedDigest,
  earlier: CommandRecord,
): Promise<RuleOutcome> => {
  const { org } = token.claims;
  const assembly = await presentAssembly(read);
  await assembly.requireSubmitter(mspId, { org, name: signed.name, txTime });
  await verifyActorSignature(token, await assembly.recordedActorKey(org, token.kid), signed);
  if (earlier.digest !== signed.digest) throw new AnlianError('command_conflict', { field: '/commandId' });
  return { writes: [], events: [], result: earlier.result };
};

const apply = (read: StateReader, command: AnyCommand, context: RuleContext): Promise<RuleOutcome> => {
  const rule = rules[command.name] as Rule<AnyCommand['name']>;
  return rule(read, command, context);
};

/**
 * Runs one command against world state: the same on both ledgers, and again by whoever audits a block. Returns what to write and to
 * tell; writes nothing itself.
 * @throws AnlianError to refuse the command, with a code of the catalogue
 */
export const runGiven = async (
  read: StateReader,
  { command, bytes, actor }: GivenCommand,
  transaction: TransactionFacts,
): Promise<RuleOutcome> => {
  requirePlace(command, transaction);
  const signed: SignedDigest = { name: command.name, digest: await commandDigest(bytes) };

  const token = readActorToken(actor);
  const { org } = token.claims;

  const recordKey = stateKey.command(org, command.commandId);
  const earlier = await read.get<CommandRecord>(recordKey);
  if (earlier !== undefined) return repeat(read, transaction, token, signed, earlier);

  const { mspId, txId, txTime } = transaction;
  const assembly = await assemblyFor(read, command);
  const act = { org, name: command.name, txTime };
  await assembly.requireSubmitter(mspId, act);
  await verifyActorToken(token, await assembly.actorKey(org, token.kid, txTime), signed, txTime);
  authorise(command.name, await assembly.kindOf(act), token.claims, assembly.policy);

  const outcome = await apply(read, command, { mspId, txId, txTime, actor: token.claims });
  const record: CommandRecord = { digest: signed.digest, txId, result: outcome.result };
  return { ...outcome, writes: [...outcome.writes, [recordKey, record]] };
};

/** Reads one command from its bytes and runs it. @throws AnlianError as {@link decodeCommand} and {@link runGiven} */
export const runCommand = async (read: StateReader, call: CommandCall): Promise<RuleOutcome> =>
  runGiven(read, { command: decodeCommand(call.command, call.name), bytes: call.command, actor: call.actor }, call);
