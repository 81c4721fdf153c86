import { AnlianError } from '@anlian/contracts';
import { abortable } from '../abortable.ts';
import { encodeIdentity } from '../codec/identity.ts';
import { buildProposal, NONCE_BYTES } from '../codec/proposal.ts';
import { RESPONSE_OK } from '../codec/response.ts';
import { requireEndorsed } from '../endorsed.ts';
import type { LedgerIdentity } from '../identity.ts';
import { peerFault } from '../peerFault.ts';
import type { Clock, Random } from '../sources.ts';
import type { Call, Proposed } from '../transport.ts';
import type { Endorser } from './fabricCommon.ts';
import type { LineTo } from './lines.ts';

export interface PeersOptions {
  readonly lines: ReadonlyMap<string, LineTo<Endorser>>;
  readonly identity: LedgerIdentity;
  readonly channel: string;
  readonly clock: Clock;
  readonly random: Random;
}

const unreachable = (mspId: string, cause: unknown): AnlianError =>
  new AnlianError('ledger_unavailable', { detail: `the peer of ${mspId} did not answer`, cause });

type Signed = Parameters<Endorser['sendProposal']>[0];

const answerOf = async (endorser: Endorser, mspId: string, signed: Signed) => {
  const answer = await endorser.sendProposal(signed).catch((error: unknown) => {
    throw peerFault(error instanceof Error ? error.message : '', error) ?? unreachable(mspId, error);
  });
  const { response, payload, endorsement } = answer;
  // The filters before the chaincode and `qscc` refuse in Fabric's words, our rules in ours.
  const fault = response.status === RESPONSE_OK ? undefined : peerFault(response.message, undefined);
  if (fault) throw fault;
  if (response.status !== RESPONSE_OK) throw unreachable(mspId, new Error(response.message));
  return requireEndorsed({
    status: response.status,
    message: response.message,
    result: response.payload,
    payload,
    endorsement: endorsement ?? undefined,
  });
};

/** Makes proposals of our own clock and nonce, signed once, which any peer can be asked about. */
export const peerProposals =
  ({ lines, identity, channel, clock, random }: PeersOptions) =>
  async ({ chaincode, args }: Call): Promise<Proposed> => {
    const { txId, bytes } = await buildProposal(
      { channel, chaincode, args },
      { creator: encodeIdentity(identity), nonce: random(NONCE_BYTES), timeMs: clock() },
    );
    const signed = { proposal_bytes: bytes, signature: await identity.sign(bytes) };
    return {
      txId,
      proposal: bytes,
      ask: (mspId, signal) =>
        abortable(signal, async () => {
          const line = lines.get(mspId);
          if (line === undefined) throw unreachable(mspId, new Error('no peer of this member is configured'));
          const { payload, result, endorsement } = await answerOf(await line.open(), mspId, signed);
          return { payload, result, endorsements: [endorsement] };
        }),
    };
  };
