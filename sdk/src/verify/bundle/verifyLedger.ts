import type { ProofBundle } from '@anlian/contracts';
import {
  identifyEndorsers,
  type LedgerProof,
  openLedgerProof,
  requireChaincode,
  requireChannel,
  requireEndorsements,
  requireProposalHash,
  requireValid,
} from './attested.ts';
import type { Checklist } from './checklist.ts';
import { type KeyUsage, requireInForce } from './interval.ts';
import {
  type LedgerCommand,
  openActor,
  readCommand,
  requireAuthority,
  requireCreator,
  requireInnerEndorsement,
  requireMembership,
  requireOwnCommand,
  type TrustedActor,
  txTimeMs,
} from './transaction.ts';
import type { TrustedChannel } from './trust.ts';

/** What the ledger says, once every signature over it held. */
export interface OnLedger {
  readonly proof: LedgerProof;
  readonly command: LedgerCommand;
  readonly actor: TrustedActor;
}

/** From the attestors' signatures down to the person or machine that gave the command. */
export const verifyLedger = async (
  list: Checklist,
  bundle: ProofBundle,
  channel: TrustedChannel,
  nowMs: number,
): Promise<OnLedger> => {
  const proof = await list.run(
    'ledger_form',
    () => openLedgerProof(bundle.ledger),
    ({ outer }) => `transaction ${outer.transaction.header.txId}`,
  );
  await list.run('channel', () => requireChannel(bundle, proof, channel), channel.trust.channel);
  await list.run('chaincode', () => requireChaincode(bundle, proof, channel), channel.trust.chaincode);
  await list.run('proposal_hash', () => requireProposalHash(proof));
  const endorsers = await list.run(
    'endorser_identity',
    () => identifyEndorsers(proof, channel, nowMs),
    (found) => found.map(({ mspId }) => mspId).join(', '),
  );
  await list.run('endorsement', () => requireEndorsements(proof, endorsers, channel), `${channel.trust.k} of them`);
  await list.run('transaction_valid', () => requireValid(proof), 'VALID');
  await list.run('transaction_creator', () => requireCreator(proof, channel));
  await list.run('transaction_endorsement', () => requireInnerEndorsement(proof, channel));

  const command = await list.run(
    'command_form',
    () => readCommand(proof, channel),
    ({ command: { name } }) => name,
  );
  const actor = await list.run(
    'actor_signature',
    () => openActor(command, proof, channel),
    ({ token }) => `an actor key of ${token.claims.org}`,
  );
  await list.run('actor_command', () => requireOwnCommand(command, actor));
  await list.run('actor_authority', () => requireAuthority(command, actor, channel), command.command.name);
  return { proof, command, actor };
};

/** Every key that was used, and the acting member, at the times in question. */
export const requireKeys = (
  list: Checklist,
  { proof, command, actor }: OnLedger,
  usages: readonly KeyUsage[],
): Promise<void> =>
  list.run('key_interval', () => {
    requireMembership(command, actor, txTimeMs(proof));
    for (const usage of [actor.usage, ...usages]) requireInForce(usage);
  });
