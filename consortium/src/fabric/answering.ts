import { readFile } from 'node:fs/promises';
import { AnlianError, type ViewQuestion } from '@anlian/contracts';
import { type ConnectedLedger, connectLedger, type IssuingSources, type Ledger, signerOf } from '@anlian/sdk/ledger';
import { identityFiles, materialOf } from './material.ts';
import { type FabricPlan, HOST, type OrganisationPlan } from './plan.ts';

/** A member's client at its own peer's gateway. */
export const memberLedger = async (
  { channel, chaincode }: FabricPlan,
  organisation: OrganisationPlan,
  { crypto, clock }: { readonly crypto: IssuingSources['crypto']; readonly clock: () => number },
): Promise<ConnectedLedger> => {
  const { clientMsp, tlsRoots } = materialOf(organisation);
  const { cert, key } = identityFiles(clientMsp);
  const [certPem = '', keyPem = '', tlsRootPem = ''] = await Promise.all(
    [cert, key, tlsRoots].map((file) => readFile(file, 'utf8')),
  );
  return connectLedger(
    { kind: 'fabric-gateway', endpoint: `${HOST}:${organisation.peerPort}`, tlsRootPem },
    {
      identity: { mspId: organisation.mspId, certPem, sign: signerOf(keyPem) },
      channel,
      chaincode,
      clock,
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    },
  );
};

/** Any key will do: a peer that has none answers all the same. */
const QUESTION: ViewQuestion = { type: 'site', key: ['readiness'] };

/**
 * Whether a majority endorses through this member's peer: before its gossip has told it of the others, it finds none to ask. A refusal
 * is no answer: whoever is refused here would be refused later.
 */
export const majorityAnswers = async (ledger: Pick<Ledger, 'view'>): Promise<boolean> => {
  try {
    await ledger.view(QUESTION);
    return true;
  } catch (error) {
    if (!(error instanceof AnlianError)) throw error;
    return false;
  }
};
