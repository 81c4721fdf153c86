import { checkpointOrigin, fromBase64Url, toInstant } from '@anlian/contracts';
import type { NodeDeps } from '../deps.ts';
import type { Projector } from '../ledger/project.ts';
import { judge, type SignedHead } from './judge.ts';
import { keepAnchored, keepSplitView, lockLog, signedBy } from './store.ts';

/** Holds every head that the ledger anchors against what this witness knows; the ledger's rule has checked its signature. */
export const witnessProjector = (deps: Pick<NodeDeps, 'config' | 'clock' | 'recordEvidence' | 'log'>): Projector => {
  const { config, clock } = deps;
  if (config.kind !== 'governor') return {};
  return {
    'evidence.anchored': async (tx, { member, size, root, checkpoint }) => {
      if (member === config.member) return;
      const origin = checkpointOrigin(config.channel, member);
      const head: SignedHead = { size: BigInt(size), root: fromBase64Url(root), note: signedBy(checkpoint, origin) };
      const known = await lockLog(tx, origin, head.size);
      const { conviction } = await judge(known, head, { oldSize: head.size, path: [] });
      if (conviction) await keepSplitView(tx, deps, { member, conviction, shownBy: 'ledger' });
      else await keepAnchored(tx, origin, head, toInstant(clock()));
    },
  };
};
