import type { EvidenceBundle, TransactionBundle } from '@anlian/contracts';
import { type LedgerProof, openLedgerProof, requireChaincode, requireChannel, requireValid } from './attested.ts';
import type { Checklist } from './checklist.ts';
import { type LedgerCommand, readCommand } from './command.ts';
import { requireEffect } from './effect.ts';
import {
  identifyEndorsers,
  type OpenedAnswer,
  requireEndorsements,
  requireProposalHash,
  type Standing,
} from './endorsedAnswer.ts';
import type { Identified } from './identities.ts';
import { type KeyUsage, requireInForce } from './interval.ts';
import {
  openActor,
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

/** The answer under the signatures of as many members as are due, each identified. */
export const verifyEndorsements = async (
  list: Checklist,
  opened: OpenedAnswer,
  channel: TrustedChannel,
  standing: Standing,
  nowMs: number,
): Promise<readonly Identified[]> => {
  await list.run('proposal_hash', () => requireProposalHash(opened));
  const endorsers = await list.run(
    'endorser_identity',
    () => identifyEndorsers(opened, channel, standing, nowMs),
    (found) => found.map(({ mspId }) => mspId).join(', '),
  );
  const found = `${endorsers.length} of them`;
  await list.run('endorsement', () => requireEndorsements(opened, endorsers, channel, standing), found);
  return endorsers;
};

/** From the attestors' signatures down to the person or machine that gave the command. */
export const verifyLedger = async (
  list: Checklist,
  bundle: EvidenceBundle | TransactionBundle,
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
  await verifyEndorsements(list, proof.opened, channel, { atMs: nowMs, under: 'newest' }, nowMs);
  await list.run('transaction_valid', () => requireValid(proof), 'VALID');
  await list.run('transaction_creator', () => requireCreator(proof, channel));
  await list.run('transaction_endorsement', () => requireInnerEndorsement(proof, channel));

  const command = await list.run(
    'command_form',
    () => readCommand(bundle.kind === 'transaction' ? bundle : {}, proof, channel),
    ({ command: { name } }) => name,
  );
  const actor = await list.run(
    'actor_signature',
    () => openActor(command, proof, channel),
    ({ token }) => `an actor key of ${token.claims.org}`,
  );
  await list.run('actor_command', () => requireOwnCommand(command, actor));
  await list.run('actor_authority', () => requireAuthority(command, actor, channel), command.command.name);
  await list.run('command_effect', () => requireEffect(proof, command, actor, channel));
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
