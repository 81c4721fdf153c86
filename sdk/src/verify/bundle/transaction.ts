import { type ActorToken, authorise, readActorToken, verifyActorToken, WIND_DOWN } from '@anlian/chaincode/rules';
import { AnlianError, instantMs, type TrustedMember, VerificationError } from '@anlian/contracts';
import { type Endorsement, RESPONSE_OK, sameBytes, transactionId } from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';
import { innerProposalHash, type LedgerProof, type LedgerTransaction } from './attested.ts';
import { commandNames, type LedgerCommand } from './command.ts';
import { requireGovernor, signaturesDue } from './governors.ts';
import { endorsedBy, type Identified, identify, signedBy, type Under } from './identities.ts';
import { isWithin, type KeyUsage } from './interval.ts';
import { findMember, keysOf, type TrustedChannel } from './trust.ts';

/** Time of the transaction: its submitter's claim, which the endorsers held against their clocks. */
export const txTimeMs = ({ transaction }: Pick<LedgerTransaction, 'transaction'>): number =>
  instantMs(transaction.header.txTime);

/** Whether the transaction is one that an expelled member may still send: within its wind-down, as the ledger's rules saw to. */
const windsDown = ({ transaction }: LedgerTransaction): boolean =>
  commandNames(transaction.args).every((name) => (WIND_DOWN as readonly string[]).includes(name));

/**
 * A governor's certificate submitted the transaction, or one that was a governor's and winds down. Certificates inside it are judged by
 * its block where that is known, else by its own time, as the ledger did. The rules saw the proposer's, the peers the submitter's: they
 * may be two.
 * @throws VerificationError `transaction_creator`
 */
export const requireCreator = async (
  proof: LedgerTransaction,
  channel: TrustedChannel,
  under?: Under,
): Promise<void> => {
  const check = 'transaction_creator';
  const { header, proposer, payload, signature } = proof.transaction;
  const { creator, nonce, txId } = header;
  ensure(txId === (await transactionId(nonce, creator)), check, 'the id is not the hash of nonce and creator');
  const rule = { organisations: channel.submitters, atMs: txTimeMs(proof), under };
  const mayWindDown = { windsDown: windsDown(proof) };
  const governor = async (bytes: Uint8Array): Promise<Identified> => {
    const found = await identify(bytes, rule, check);
    requireGovernor(channel, found.mspId, rule.atMs, check, mayWindDown);
    return found;
  };
  if (!sameBytes(proposer.creator, creator)) await governor(proposer.creator);
  ensure(await signedBy(await governor(creator), payload, signature), check, 'the signature does not hold');
};

/**
 * The MSP whose peer made an endorsement, undefined where it does not count: of a stranger, or wrongly signed. Whoever carries a
 * transaction can add such, and peers pass over them. Peers know the channel's configuration alone: they count a governor that the
 * members voted out until the configuration follows.
 */
const endorsingMsp = async (
  { transaction }: LedgerTransaction,
  endorsement: Endorsement,
  channel: TrustedChannel,
  under: Under | undefined,
): Promise<string | undefined> => {
  const check = 'transaction_endorsement';
  const rule = { organisations: channel.attestors, role: 'peer', atMs: txTimeMs({ transaction }), under } as const;
  try {
    const endorser = await identify(endorsement.endorser, rule, check);
    return (await endorsedBy(endorser, transaction.responsePayload, endorsement)) ? endorser.mspId : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The outcome was endorsed by as many distinct members as are due. Endorsements that do not count are passed over, as the peers do.
 * @throws VerificationError `transaction_endorsement`
 */
export const requireInnerEndorsement = async (
  proof: LedgerTransaction,
  channel: TrustedChannel,
  under?: Under,
): Promise<void> => {
  const check = 'transaction_endorsement';
  const { inner, transaction } = proof;
  ensure(sameBytes(inner.proposalHash, await innerProposalHash(proof)), check, 'it answers another proposal');
  ensure(inner.action.status === RESPONSE_OK, check, 'the chaincode refused it');
  const endorsers = await Promise.all(transaction.endorsements.map((one) => endorsingMsp(proof, one, channel, under)));
  const members = new Set(endorsers.flatMap((mspId) => mspId ?? []));
  const { least } = signaturesDue(channel, txTimeMs(proof), under);
  ensure(members.size >= least, check, `${members.size} members endorsed where ${least} are due`);
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
