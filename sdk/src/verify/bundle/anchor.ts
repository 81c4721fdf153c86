import { type EvidenceBundle, type TrustedMember, toBase64Url } from '@anlian/contracts';
import { fromUtf8 } from '../../ledger/codec/index.ts';
import { ensure, isCanonical } from '../form.ts';
import type { LedgerProof } from './attested.ts';
import type { LedgerCommand } from './command.ts';
import type { TrustedCheckpoint } from './log.ts';

/**
 * The transaction anchored this very head, by the member whose log it is; the rule that ran answered with its size and root, and the
 * gate's last number under it covers this record.
 * @throws VerificationError `anchor_matches`
 */
export const requireAnchor = (
  { checkpoint, member, leaf, inclusion }: EvidenceBundle,
  { opened }: TrustedCheckpoint,
  { command }: LedgerCommand,
  actor: Pick<TrustedMember, 'member'>,
  { inner }: LedgerProof,
): void => {
  const check = 'anchor_matches';
  ensure(command.name === 'evidence:anchor', check, 'the transaction is not an anchor');
  ensure(actor.member === member, check, 'another member anchored it');
  ensure(checkpoint === command.args.checkpoint, check, 'another checkpoint was anchored');
  const answer = { member, size: inclusion.treeSize, root: toBase64Url(opened.root) };
  ensure(isCanonical(answer, fromUtf8(inner.action.payload)), check, 'the ledger took another head');
  const covered = command.args.gates.find(({ gate }) => gate === leaf.gate)?.seq ?? 0;
  ensure(leaf.seq === undefined || covered >= leaf.seq, check, 'the anchor does not reach this number of the gate');
};
