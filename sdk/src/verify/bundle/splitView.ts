import { equalBytes } from '@anlian/chaincode/crypto';
import { type OpenedCheckpoint, rootBefore } from '@anlian/chaincode/proof';
import { fromBase64Url, type SplitViewFile, toHex } from '@anlian/contracts';
import { ensure } from '../form.ts';
import type { Checklist } from './checklist.ts';
import { openTrustedCheckpoint, type TrustedCheckpoint } from './log.ts';
import type { TrustedChannel } from './trust.ts';
import type { SplitHead, SplitViewSubject } from './verdict.ts';

const summary = ({ size, root }: OpenedCheckpoint): SplitHead => ({ size: Number(size), root: toHex(root) });

/**
 * The two heads cannot be of one tree: they are of one size with two roots, or the path leads to the later root from another earlier
 * root than the one that was signed. A path that merely does not hold shows nothing.
 * @throws VerificationError `heads_contradict`
 */
const requireContradiction = async (
  earlier: OpenedCheckpoint,
  later: OpenedCheckpoint,
  path: readonly Uint8Array[],
): Promise<void> => {
  const check = 'heads_contradict';
  if (earlier.size === later.size) {
    ensure(path.length === 0, check, 'heads of one size need no path');
    ensure(!equalBytes(earlier.root, later.root), check, 'the two heads are the same');
    return;
  }
  ensure(earlier.size < later.size, check, 'the larger tree comes first');
  const shown = await rootBefore({ size1: earlier.size, size2: later.size, root2: later.root, path });
  ensure(shown !== undefined, check, 'the path does not lead to the later head');
  ensure(!equalBytes(shown, earlier.root), check, 'the later head holds the earlier one');
};

/** Verifies that a log contradicted itself, by the log's keys of the trust file alone: no ledger and no witness is believed. */
export const verifySplitView = async (
  list: Checklist,
  { channel: named, chaincode, member, heads, path }: SplitViewFile,
  channel: TrustedChannel,
): Promise<SplitViewSubject> => {
  const { trust } = channel;
  await list.run('channel', () => ensure(named === trust.channel, 'channel', 'the heads are of another channel'));
  await list.run('chaincode', () => ensure(chaincode === trust.chaincode, 'chaincode', 'another chaincode is named'));
  const open = async (checkpoint: string): Promise<TrustedCheckpoint> => {
    const head = await openTrustedCheckpoint({ checkpoint, member }, channel);
    ensure(head.opened.otherSignatures.length === 0, 'checkpoint_form', 'a head has surplus lines');
    return head;
  };
  const [earlier, later] = await list.run(
    'checkpoint_signature',
    async () => [await open(heads[0] ?? ''), await open(heads[1] ?? '')] as const,
    ([first]) => first.opened.origin,
  );
  const between = path.map(fromBase64Url);
  await list.run('heads_contradict', () => requireContradiction(earlier.opened, later.opened, between));
  return {
    splitLog: member,
    heads: [summary(earlier.opened), summary(later.opened)],
    compromisedSince: earlier.logKey.compromisedSince ?? later.logKey.compromisedSince,
  };
};
