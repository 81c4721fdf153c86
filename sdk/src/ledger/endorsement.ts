import { AnlianError, toHex } from '@anlian/contracts';
import { hasDueUnits, rolesIn } from '../verify/config/membership.ts';
import { holds, identify, type Signer, type SignerFault } from '../verify/config/signers.ts';
import { concatBytes, sameBytes } from './codec/bytes.ts';
import { readIdentity } from './codec/identity.ts';
import type { MspOrganisation } from './codec/mspOrganisation.ts';
import type { Endorsement } from './codec/response.ts';
import type { Clock } from './sources.ts';
import type { Endorsed } from './transport.ts';

type Answer = Pick<Endorsed, 'payload' | 'endorsements'>;

/** Whether endorsements count, for the peers that commit and for those who verify a proof. */
export interface EndorsementJudge {
  /** @throws {AnlianError} `endorsement_invalid` naming the member, unless its peer and nobody else signed the answer */
  requireOf(member: MspOrganisation, answer: Answer): Promise<void>;
  /** @throws {AnlianError} `endorsement_invalid` naming a member, unless peers of these members signed the answer */
  requireAmong(members: readonly MspOrganisation[], answer: Answer): Promise<void>;
}

type Fault = SignerFault | 'of_another_member' | 'not_a_peer' | 'not_in_date' | 'wrong_signature' | 'not_one_signature';

/** Peers that a member may have one after another before the oldest are read again; one that changes its own gains nothing. */
const PEERS_OF_ONE = 64;

/** A member's MSP as it is defined now, and the peers whose certificates were read under this definition. */
interface Known {
  readonly organisation: MspOrganisation;
  readonly peers: Map<string, Signer>;
}

const invalid = (mspId: string, fault: Fault): AnlianError =>
  new AnlianError('endorsement_invalid', {
    field: mspId,
    detail: `the endorsement of ${mspId} does not count: ${fault}`,
    errors: [{ field: mspId, code: fault, detail: 'its endorsement does not count' }],
  });

const isInDate = ({ certificate }: Signer, ms: number): boolean =>
  [certificate, ...certificate.issuers].every(({ notBeforeMs, notAfterMs }) => ms >= notBeforeMs && ms <= notAfterMs);

const mspOf = ({ endorser }: Endorsement): string => {
  try {
    return readIdentity(endorser, 'invalid_input').mspId;
  } catch {
    return 'a stranger';
  }
};

/**
 * Judges endorsements before they are counted: a peer that signs wrongly would make a majority of which nothing comes. Certificates
 * are read once for each definition of their MSP. Peers would still count one that has expired; those who verify do not.
 */
export const endorsementJudge = (clock: Clock): EndorsementJudge => {
  const known = new Map<string, Known>();

  const knownOf = (organisation: MspOrganisation): Known => {
    const before = known.get(organisation.mspId);
    if (before && sameBytes(before.organisation.definition, organisation.definition)) return before;
    const now: Known = { organisation, peers: new Map() };
    known.set(organisation.mspId, now);
    return now;
  };

  const peerOf = async (endorser: Uint8Array, member: MspOrganisation): Promise<Signer | Fault> => {
    const { organisation, peers } = knownOf(member);
    const name = toHex(endorser);
    const read = peers.get(name);
    if (read) return read;
    const signer = await identify(endorser, new Map([[organisation.mspId, organisation]]));
    if (typeof signer === 'string') return signer === 'not_on_channel' ? 'of_another_member' : signer;
    const { certificate } = signer;
    if (!hasDueUnits(certificate, organisation) || !rolesIn(certificate, organisation).includes('peer'))
      return 'not_a_peer';
    if (peers.size >= PEERS_OF_ONE) peers.clear();
    peers.set(name, signer);
    return signer;
  };

  const faultOf = async (
    member: MspOrganisation,
    payload: Uint8Array,
    { endorser, signature }: Endorsement,
  ): Promise<Fault | undefined> => {
    const peer = await peerOf(endorser, member);
    if (typeof peer === 'string') return peer;
    if (!isInDate(peer, clock())) return 'not_in_date';
    const message = concatBytes(payload, endorser);
    return (await holds(peer, { identity: endorser, message, signature })) ? undefined : 'wrong_signature';
  };

  const requireOf: EndorsementJudge['requireOf'] = async (member, { payload, endorsements }) => {
    const [one, ...surplus] = endorsements;
    const isOne = one !== undefined && surplus.length === 0;
    const fault = isOne ? await faultOf(member, payload, one) : 'not_one_signature';
    if (fault) throw invalid(member.mspId, fault);
  };

  const requireAmong: EndorsementJudge['requireAmong'] = async (members, { payload, endorsements }) => {
    const check = async (one: Endorsement): Promise<void> => {
      const mspId = mspOf(one);
      const member = members.find((organisation) => organisation.mspId === mspId);
      if (member === undefined) throw invalid(mspId, 'not_on_channel');
      await requireOf(member, { payload, endorsements: [one] });
    };
    await Promise.all(endorsements.map(check));
  };

  return { requireOf, requireAmong };
};
