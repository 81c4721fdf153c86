import { DEVELOPMENT_LABEL, type Language, type ProofBundle, type Text, type TrustBundle } from '@anlian/contracts';
import { LEDGER_LABELS } from '../../ledger/port.ts';
import { readBundle } from './bundleFile.ts';
import { type Checklist, Refusal, startChecklist } from './checklist.ts';
import { verifySplitView } from './splitView.ts';
import { commandSubject } from './subject.ts';
import {
  configurationStand,
  describeConfiguration,
  openGenesis,
  openUpdates,
  readTrust,
  type TrustedChannel,
} from './trust.ts';
import type { CommandSubject, Subject, Verdict } from './verdict.ts';
import { verifyBlock } from './verifyBlock.ts';
import { verifyEvidence } from './verifyEvidence.ts';
import { type OnLedger, requireKeys, verifyLedger } from './verifyLedger.ts';
import { verifyView } from './verifyView.ts';

export interface VerifyOptions {
  /** The verifier's clock: certificates of whoever attests are judged by it. */
  readonly now: Date;
  /** Header hash of block 0 in lower-case hexadecimal, as members publish it; without it the trust file vouches for itself. */
  readonly pinnedGenesis?: string;
  /** Of `doesNotProve`; Chinese when absent. */
  readonly language?: Language;
}

const verifyTransaction = async (list: Checklist, onLedger: OnLedger): Promise<CommandSubject> => {
  await requireKeys(list, onLedger, []);
  return commandSubject(onLedger.command, onLedger.actor, onLedger.proof);
};

const verifyKind = async (
  list: Checklist,
  bundle: ProofBundle,
  channel: TrustedChannel,
  nowMs: number,
): Promise<Subject> => {
  switch (bundle.kind) {
    case 'view':
      return verifyView(list, bundle, channel, nowMs);
    case 'split-view':
      return verifySplitView(list, bundle, channel);
    case 'block':
      return verifyBlock(list, bundle, channel);
    case 'transaction':
      return verifyTransaction(list, await verifyLedger(list, bundle, channel, nowMs));
    case 'evidence':
      return verifyEvidence(list, bundle, await verifyLedger(list, bundle, channel, nowMs), channel);
  }
};

const unpinned = (genesisHash: string): Text => ({
  zh: `未核对创世摘要 ${genesisHash}：请与至少两家成员公布的摘要比较`,
  en: `The genesis digest ${genesisHash} was compared with nothing: compare it with what at least two members publish`,
});

/** Warnings that belong to whatever rests on a trust file. */
export const trustLabels = (
  { ledger, genesisHash, voteAssertions, personAssertions }: TrustBundle,
  pinned: string | undefined,
): readonly Text[] => [
  ...(pinned === undefined ? [unpinned(genesisHash)] : []),
  ...(ledger === 'embedded' ? [LEDGER_LABELS.embedded] : []),
  ...([...voteAssertions, ...personAssertions].includes('development') ? [DEVELOPMENT_LABEL] : []),
];

const openPinned = async (
  list: Checklist,
  trust: TrustBundle,
  pinned: string | undefined,
  nowMs: number,
): Promise<TrustedChannel> => {
  const compared = pinned === undefined ? 'compared with nothing' : 'as pinned';
  const found = `${trust.genesisHash}, ${compared}`;
  const genesis = await list.run('trust_genesis', () => openGenesis(trust, pinned), found);
  return list.run(
    'trust_configuration',
    () => openUpdates(trust, genesis, nowMs),
    (channel) => describeConfiguration(configurationStand(channel)),
  );
};

/**
 * Verifies a proof file offline, from the ledger down to the record: nothing is fetched and nobody is asked. It takes bytes, since a
 * proof has one spelling. A check that fails ends it, and the verdict lists what ran.
 *
 * It never throws and never rejects because of what it was given: whatever cannot be read is a refusal.
 */
export const verifyBundle = async (
  bytes: Uint8Array,
  trust: Uint8Array | TrustBundle,
  { now, pinnedGenesis, language = 'zh' }: VerifyOptions,
): Promise<Verdict> => {
  const list = startChecklist(language);
  let trusted: TrustBundle | undefined;
  let kind: Verdict['kind'] = null;
  let configuration: Verdict['configuration'] = null;
  const conclude = (subject?: Verdict['subject']): Verdict => ({
    verdict: subject === undefined ? 'refused' : 'proven',
    trust: trusted?.ledger === 'fabric' ? 'governors' : 'single-operator',
    kind,
    checks: list.results,
    configuration,
    genesisPinned: pinnedGenesis === undefined ? null : trusted?.genesisHash === pinnedGenesis,
    labels: trusted ? trustLabels(trusted, pinnedGenesis) : [],
    ...(subject && { subject }),
  });
  try {
    trusted = await list.run(
      'trust_form',
      () => readTrust(trust),
      ({ asOf }) => `as of ${asOf.at}`,
    );
    const channel = await openPinned(list, trusted, pinnedGenesis, now.getTime());
    configuration = configurationStand(channel);
    const bundle = await list.run(
      'bundle_form',
      () => readBundle(bytes),
      (read) => read.kind,
    );
    kind = bundle.kind;
    return conclude(await verifyKind(list, bundle, channel, now.getTime()));
  } catch (error) {
    if (error instanceof Refusal) return conclude();
    throw error;
  }
};
