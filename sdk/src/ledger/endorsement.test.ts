import { describe, expect, it } from 'vitest';
import { genesisBlock } from '../verify/config/fixtures/chain.ts';
import { channelGroup, type FabricMsp, mspOf } from '../verify/config/fixtures/groups.ts';
import { makeMember, NOW, revocationList } from '../verify/config/fixtures/member.ts';
import { openConfiguration } from '../verify/config/fixtures/open.ts';
import { concatBytes, utf8 } from './codec/bytes.ts';
import { derSequence, derUnsigned } from './codec/der.ts';
import { encodeIdentity } from './codec/identity.ts';
import { decodeOrganisation, type MspOrganisation } from './codec/mspOrganisation.ts';
import { endorsementJudge } from './endorsement.ts';
import type { LedgerIdentity } from './identity.ts';

const PAYLOAD = utf8('what was answered');
const DAY_MS = 86_400_000;
const [own, other, stranger] = await Promise.all(['own', 'other', 'stranger'].map(makeMember));
if (!own || !other || !stranger) throw new Error('three members');
const members = openConfiguration(await genesisBlock(channelGroup([own, other]))).application;
const organisationOf = (mspId: string): MspOrganisation => {
  const found = members.find((one) => one.mspId === mspId);
  if (!found) throw new Error(`no ${mspId}`);
  return found;
};
const member = organisationOf(own.mspId);
const defined = (change: (msp: FabricMsp) => void): MspOrganisation =>
  decodeOrganisation(own.name, mspOf(own, change), 'invalid_input');

const endorsedBy = async (identity: LedgerIdentity, payload = PAYLOAD) => {
  const endorser = encodeIdentity(identity);
  return { endorser, signature: await identity.sign(concatBytes(payload, endorser)) };
};
const answerOf = async (...identities: readonly LedgerIdentity[]) => ({
  payload: PAYLOAD,
  endorsements: await Promise.all(identities.map((identity) => endorsedBy(identity))),
});

/** Order of P-256 (SEC 2, section 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** The second form of a signature, which anybody can make. */
const highS = (signature: Uint8Array): Uint8Array => {
  const rLength = signature[3] ?? 0;
  const [r, s] = [signature.subarray(4, 4 + rLength), signature.subarray(6 + rLength)];
  const high = ORDER - BigInt(`0x${Buffer.from(s).toString('hex')}`);
  return derSequence(derUnsigned(r), derUnsigned(Buffer.from(high.toString(16).padStart(64, '0'), 'hex')));
};

describe('an endorsement', () => {
  const judge = (nowMs = NOW.getTime()) => endorsementJudge(() => nowMs);

  it('counts when the member’s peer signed the answer, also the second time', async () => {
    const { requireOf } = judge();
    await requireOf(member, await answerOf(own.peer));
    await requireOf(member, await answerOf(own.peer));
  });

  it.each<[string, () => Promise<Awaited<ReturnType<typeof answerOf>>>, string]>([
    ['of another member', () => answerOf(other.peer), 'of_another_member'],
    [
      'of one who says to be of this member',
      () => answerOf({ ...stranger.peer, mspId: own.mspId }),
      'not_issued_by_root',
    ],
    ['of the member’s client', () => answerOf(own.client), 'not_a_peer'],
    ['of a peer that is a client too', async () => answerOf(await own.issue(['peer', 'client'])), 'not_a_peer'],
    [
      'of a peer whose certificate expired',
      async () => answerOf(await own.issue(['peer'], { lifetimeMs: -1000 })),
      'not_in_date',
    ],
    [
      'that the peer signed for another answer',
      async () => ({ payload: PAYLOAD, endorsements: [await endorsedBy(own.peer, utf8('another'))] }),
      'wrong_signature',
    ],
    [
      'of zeros',
      async () => ({
        payload: PAYLOAD,
        endorsements: [{ endorser: encodeIdentity(own.peer), signature: new Uint8Array(70) }],
      }),
      'wrong_signature',
    ],
    [
      'with a high S',
      async () => {
        const { endorser, signature } = await endorsedBy(own.peer);
        return { payload: PAYLOAD, endorsements: [{ endorser, signature: highS(signature) }] };
      },
      'wrong_signature',
    ],
    [
      'of nobody readable',
      async () => ({ payload: PAYLOAD, endorsements: [{ endorser: Uint8Array.of(0x0a, 0x7f), signature: PAYLOAD }] }),
      'unreadable',
    ],
    ['twice', () => answerOf(own.peer, own.peer), 'not_one_signature'],
    ['that is not there', () => answerOf(), 'not_one_signature'],
  ])('%s does not count, and names the member', async (_, answer, code) => {
    await expect(judge().requireOf(member, await answer())).rejects.toMatchObject({
      code: 'endorsement_invalid',
      field: own.mspId,
      errors: [{ field: own.mspId, code }],
    });
  });

  it('counts no longer once the configuration revokes the peer, nor once its certificate has run out', async () => {
    const answer = await answerOf(own.peer);
    const list = await revocationList(own.ca, [own.peer.certPem]);
    let nowMs = NOW.getTime();
    const { requireOf } = endorsementJudge(() => nowMs);
    await requireOf(member, answer);
    await expect(
      requireOf(
        defined((msp) => msp.setRevocationListList([list])),
        answer,
      ),
    ).rejects.toMatchObject({
      errors: [{ code: 'revoked' }],
    });
    await requireOf(member, answer);
    nowMs += 100 * 365 * DAY_MS;
    await expect(requireOf(member, answer)).rejects.toMatchObject({ errors: [{ code: 'not_in_date' }] });
  });

  it('among several members counts for whom its signer names', async () => {
    const { requireAmong } = judge();
    await requireAmong(members, await answerOf(other.peer, own.peer));
    await expect(requireAmong(members, await answerOf(own.peer, other.client))).rejects.toMatchObject({
      field: other.mspId,
      errors: [{ code: 'not_a_peer' }],
    });
    await expect(requireAmong(members, await answerOf(own.peer, stranger.peer))).rejects.toMatchObject({
      field: stranger.mspId,
      errors: [{ code: 'not_on_channel' }],
    });
  });
});
