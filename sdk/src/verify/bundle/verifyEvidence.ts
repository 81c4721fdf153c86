import type { EvidenceBundle } from '@anlian/contracts';
import { requireAnchor } from './anchor.ts';
import type { Checklist } from './checklist.ts';
import { requireSameDecision } from './decision.ts';
import type { KeyUsage } from './interval.ts';
import {
  openTrustedCheckpoint,
  requireCheckpointForm,
  requireCommitment,
  requireCosignatures,
  requireInclusion,
  type TrustedCheckpoint,
} from './log.ts';
import { type OpenedRecord, openRecord, requireLeaf, requireRecordSignature } from './record.ts';
import { commandSubject, evidenceSubject } from './subject.ts';
import { txTimeMs } from './transaction.ts';
import type { TrustedChannel } from './trust.ts';
import type { EvidenceSubject } from './verdict.ts';
import { type OnLedger, requireKeys } from './verifyLedger.ts';

/** The head of the member's log, with the keys that signed it: signed, witnessed, and the one that the ledger holds. */
const verifyHead = async (
  list: Checklist,
  bundle: EvidenceBundle,
  { proof, command, actor }: OnLedger,
  channel: TrustedChannel,
): Promise<{ readonly head: TrustedCheckpoint; readonly usages: readonly KeyUsage[] }> => {
  const anchoredMs = txTimeMs(proof);
  await list.run('checkpoint_form', () => requireCheckpointForm(bundle));
  const head = await list.run(
    'checkpoint_signature',
    () => openTrustedCheckpoint(bundle, channel),
    ({ opened }) => `${opened.origin}, ${opened.size} leaves`,
  );
  const cosigned = await list.run(
    'checkpoint_cosignatures',
    () => requireCosignatures(bundle, head, channel, anchoredMs),
    () => `${head.opened.otherSignatures.length} of them`,
  );
  await list.run('anchor_matches', () => requireAnchor(bundle, head, command, actor.member, proof));
  return { head, usages: [{ entry: head.logKey, usedMs: anchoredMs, anchoredMs }, ...cosigned] };
};

/** The record stands under that head. */
const verifyPlace = async (list: Checklist, bundle: EvidenceBundle, head: TrustedCheckpoint): Promise<void> => {
  const place = `leaf ${bundle.inclusion.leafIndex} of ${bundle.inclusion.treeSize}`;
  await list.run('record_commitment', () => requireCommitment(bundle));
  await list.run('inclusion', () => requireInclusion(bundle, head), place);
};

const verifySignature = async (
  list: Checklist,
  record: OpenedRecord,
  channel: TrustedChannel,
  anchoredMs: number,
): Promise<readonly KeyUsage[]> => {
  const { signed } = record;
  if (signed === null) return [];
  const holds = () => requireRecordSignature(record, signed, channel);
  const entry = await list.run('record_signature', holds, ({ key }) => `the ${key.use} key of ${signed.member}`);
  return [{ entry, usedMs: signed.atMs, anchoredMs }];
};

/** A record, its place under a head of its member's log, that head on the ledger, and what the record itself claims. */
export const verifyEvidence = async (
  list: Checklist,
  bundle: EvidenceBundle,
  onLedger: OnLedger,
  channel: TrustedChannel,
): Promise<EvidenceSubject> => {
  const record = await list.run('record_form', () => openRecord(bundle), bundle.leaf.kind);
  await list.run('leaf_form', () => requireLeaf(bundle, record));
  const { head, usages } = await verifyHead(list, bundle, onLedger, channel);
  await verifyPlace(list, bundle, head);
  const anchoredMs = txTimeMs(onLedger.proof);
  const signatures = await verifySignature(list, record, channel, anchoredMs);
  await requireKeys(list, onLedger, [...usages, ...signatures]);

  const { decision } = record;
  if (decision?.kind === 'presentation')
    await list.run('decision_recomputed', () => requireSameDecision(decision, channel), decision.result.outcome);
  return evidenceSubject(bundle, decision, commandSubject(onLedger.command, onLedger.actor, onLedger.proof));
};
