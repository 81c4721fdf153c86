import {
  type ActorToken,
  authorise,
  commandDigest,
  decodeCommand,
  readActorToken,
  verifyActorToken,
  WIND_DOWN,
} from '@anlian/chaincode/rules';
import { AnlianError, type AnyCommand, instantMs, type TrustedMember, VerificationError } from '@anlian/contracts';
import { fromUtf8, RESPONSE_OK, sameBytes, transactionId, utf8 } from '../../ledger/codec/index.ts';
import { innerProposalHash, type LedgerProof, requireGovernor } from './attested.ts';
import { ensure } from './form.ts';
import { endorsedBy, identify, signedBy } from './identities.ts';
import { isWithin, type KeyUsage } from './interval.ts';
import { findMember, keysOf, type TrustedChannel } from './trust.ts';

/** Time of the transaction: its submitter's claim, which the endorsers held against their clocks. */
export const txTimeMs = ({ outer }: LedgerProof): number => instantMs(outer.transaction.header.txTime);

/** Whether the transaction is one that an expelled member may still send: within its wind-down, as the ledger's rules saw to. */
const windsDown = ({ outer }: LedgerProof): boolean => {
  const [name] = outer.transaction.args;
  return name !== undefined && WIND_DOWN.some((command) => sameBytes(utf8(command), name));
};

/**
 * A governor's certificate submitted the transaction, or one that was a governor's and winds down. Certificates inside it are judged at its own time, as the ledger did.
 * @throws VerificationError `transaction_creator`
 */
export const requireCreator = async (proof: LedgerProof, channel: TrustedChannel): Promise<void> => {
  const check = 'transaction_creator';
  const { transaction } = proof.outer;
  const { creator, nonce, txId } = transaction.header;
  ensure(txId === (await transactionId(nonce, creator)), check, 'the id is not the hash of nonce and creator');
  const atMs = txTimeMs(proof);
  const submitter = await identify(creator, { organisations: channel.submitters, atMs }, check);
  requireGovernor(channel, submitter.mspId, atMs, check, { windsDown: windsDown(proof) });
  ensure(await signedBy(submitter, transaction.payload, transaction.signature), check, 'the signature does not hold');
};

/**
 * The outcome was endorsed by k distinct members. Which others signed besides does not matter: all of it is inside what was attested.
 * @throws VerificationError `transaction_endorsement`
 */
export const requireInnerEndorsement = async (proof: LedgerProof, channel: TrustedChannel): Promise<void> => {
  const check = 'transaction_endorsement';
  const { inner, outer } = proof;
  ensure(sameBytes(inner.proposalHash, await innerProposalHash(proof)), check, 'it answers another proposal');
  ensure(inner.action.status === RESPONSE_OK, check, 'the chaincode refused it');
  const rule = { organisations: channel.attestors, role: 'peer', atMs: txTimeMs(proof) } as const;
  const members = new Set<string>();
  for (const endorsement of outer.transaction.endorsements) {
    const endorser = await identify(endorsement.endorser, rule, check);
    if (channel.trust.ledger === 'fabric') requireGovernor(channel, endorser.mspId, rule.atMs, check);
    const holds = await endorsedBy(endorser, outer.transaction.responsePayload, endorsement);
    ensure(holds, check, 'an endorsement does not hold');
    members.add(endorser.mspId);
  }
  ensure(members.size >= channel.trust.k, check, `${members.size} members endorsed where ${channel.trust.k} are due`);
};

/** A command as the ledger ran it, with the bytes that its actor signed. */
export interface LedgerCommand {
  readonly command: AnyCommand;
  readonly digest: string;
  readonly actorText: string;
}

/**
 * The one command of the transaction, in canonical form and for this channel.
 * @throws VerificationError `command_form`
 */
export const readCommand = async ({ outer }: LedgerProof, { trust }: TrustedChannel): Promise<LedgerCommand> => {
  const check = 'command_form';
  const [name, bytes, actor, ...surplus] = outer.transaction.args;
  const isOne = name !== undefined && bytes !== undefined && actor !== undefined && surplus.length === 0;
  ensure(isOne, check, 'a command is a name, its content and its actor');
  const command = decodeCommand(bytes, fromUtf8(name));
  const isHere = command.channel === trust.channel && command.chaincode === trust.chaincode;
  ensure(isHere, check, 'the command was given for another channel or chaincode');
  return { command, digest: await commandDigest(bytes), actorText: fromUtf8(actor) };
};

/** An actor whose signature held, with the key that made it. */
export interface TrustedActor {
  readonly token: ActorToken;
  readonly member: TrustedMember;
  readonly usage: KeyUsage;
}

const asActorFault = (error: unknown): never => {
  if (error instanceof AnlianError) throw new VerificationError('actor_signature', error.detail ?? error.code);
  throw error;
};

/**
 * The actor's signature holds under an actor key of the member it acts for, and was alive at the transaction's time. Whether it is
 * over this command is the next check.
 * @throws VerificationError `actor_signature`
 */
export const openActor = async (
  { actorText, command }: LedgerCommand,
  proof: LedgerProof,
  channel: TrustedChannel,
): Promise<TrustedActor> => {
  const check = 'actor_signature';
  try {
    const token = readActorToken(actorText);
    const { org, cmd } = token.claims;
    const member = findMember(channel, org);
    ensure(member !== undefined, check, 'the trust file lists no such member');
    const entry = keysOf(channel, org, 'actor').find(({ key }) => key.kid === token.kid);
    ensure(entry !== undefined, check, 'the trust file lists no such actor key; it may be older than the key');
    await verifyActorToken(
      token,
      entry.key,
      { name: command.name, digest: cmd },
      proof.outer.transaction.header.txTime,
    );
    const ms = txTimeMs(proof);
    return { token, member, usage: { entry, usedMs: ms, anchoredMs: ms } };
  } catch (error) {
    return asActorFault(error);
  }
};

/** @throws VerificationError `actor_command` unless the actor signed this command and no other */
export const requireOwnCommand = ({ digest }: LedgerCommand, { token }: TrustedActor): void =>
  ensure(token.claims.cmd === digest, 'actor_command', 'the actor signed another command');

/** @throws VerificationError `actor_authority` unless kind of member, role and sign-in suffice by the authority table */
export const requireAuthority = (
  { command }: LedgerCommand,
  { token, member }: TrustedActor,
  { trust }: TrustedChannel,
): void => {
  try {
    authorise(command.name, member.kind, token.claims, trust);
  } catch (error) {
    if (!(error instanceof AnlianError)) throw error;
    throw new VerificationError('actor_authority', error.detail ?? error.code);
  }
};

/**
 * The acting member belonged to the network at the time; an expelled one may still wind down.
 * @throws VerificationError `key_interval`
 */
export const requireMembership = ({ command }: LedgerCommand, { member }: TrustedActor, ms: number): void => {
  const until = WIND_DOWN.includes(command.name) ? null : member.to;
  const holds = isWithin({ ...member, to: until }, ms);
  ensure(holds, 'key_interval', 'the acting member did not belong to the network at that time');
};
