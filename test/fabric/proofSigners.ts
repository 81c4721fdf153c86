import {
  canonicalText,
  fromBase64Url,
  type TransactionBundle,
  type TrustBundle,
  toBase64Url,
  VIEW_FUNCTION,
  type ViewBundle,
} from '@anlian/contracts';
import { concatBytes, createMsp, type EndorsedAnswer, encodeIdentity, signerOf } from '@anlian/sdk/ledger';
import { describe, expect, it } from 'vitest';
import { toJson } from '../support/evidenceNetwork.ts';
import { CHAINCODE, CHANNEL, type Governor } from '../support/governors.ts';
import { endorsedBy } from '../support/rawFabric.ts';
import { type ProofSceneOf, SITE } from './proofScene.ts';

const HOUR_MS = 3_600_000;

/** The proof of a transaction or a view with other endorsements. */
const under = <B extends TransactionBundle | ViewBundle>(file: B, endorsements: B['ledger']['endorsements']): B => ({
  ...file,
  ledger: { ...file.ledger, endorsements },
});

/** A peer's endorsement of the proof's own answer under a certificate that another authority issued. */
const endorsedUnder = async (file: TransactionBundle | ViewBundle, mspId: string) => {
  const roles = ['peer'] as const;
  const msp = await createMsp({ mspId, organisation: '外人', roles, crypto: globalThis.crypto, now: new Date() });
  const endorser = encodeIdentity({ mspId, certPem: msp.certPem });
  const message = concatBytes(fromBase64Url(file.ledger.payload), endorser);
  return { endorser: toBase64Url(endorser), signature: toBase64Url(await signerOf(msp.keyPem)(message)) };
};

/** Who must have signed a proof, and who must not. */
export const signerRefusals = (scene: ProofSceneOf): void => {
  describe.each(['transaction', 'view'] as const)('a proof of a %s is refused', (kind) => {
    const file = () => (kind === 'transaction' ? scene().transaction : scene().view);
    const call = () => ({
      args: kind === 'view' ? [VIEW_FUNCTION, canonicalText(SITE)] : ['GetTransactionByID', CHANNEL, scene().txId],
      chaincode: kind === 'view' ? CHAINCODE : 'qscc',
    });
    const asProof = (answer: EndorsedAnswer) => ({ ...file(), ledger: toJson(answer) });
    const peers = (...endorsers: Governor[]) => endorsedBy(scene().network, scene().governors[0], endorsers, call());

    it('but not when two governors signed, whichever they are', async () => {
      const { governors, refusalOf } = scene();
      const [hengyuan, qichuan, zhengheng] = governors;
      expect(await refusalOf(asProof(await peers(qichuan, zhengheng)))).toBe('proven');
      expect(await refusalOf(asProof(await peers(zhengheng, hengyuan)))).toBe('proven');
    });

    it('when one governor signed alone, or one too many', async () => {
      const { governors, refusalOf } = scene();
      expect(await refusalOf(asProof(await peers(governors[1])))).toBe('endorsement');
      expect(await refusalOf(asProof(await peers(...governors)))).toBe('endorsement');
    });

    it('when the same governor signed twice', async () => {
      const { governors, refusalOf } = scene();
      const twice = await peers(governors[1], governors[1]);
      expect(twice.endorsements[0]?.signature).not.toEqual(twice.endorsements[1]?.signature);
      expect(await refusalOf(asProof(twice))).toBe('endorsement');
    });

    it.each([
      ['a governor’s MSP id over another authority’s certificate', 'qichuanMSP'],
      ['an MSP that the channel does not name', 'strangerMSP'],
    ])('when it is signed by %s', async (_, mspId) => {
      const { refusalOf } = scene();
      const [first] = file().ledger.endorsements;
      const foreign = await endorsedUnder(file(), mspId);
      expect(await refusalOf(under(file(), first ? [first, foreign] : []))).toBe('endorser_identity');
    });

    it('when a governor signed that had been expelled by then, or was admitted later', async () => {
      const { governors, trust, refusalOf } = scene();
      const answer = asProof(await peers(governors[0], governors[1]));
      const during = (change: Partial<TrustBundle['members'][number]>): TrustBundle => ({
        ...trust,
        members: trust.members.map((one) => (one.member === governors[1].member ? { ...one, ...change } : one)),
      });
      const at = (ms: number) => new Date(Date.now() + ms).toISOString();
      expect(await refusalOf(answer, during({ to: at(-HOUR_MS) }))).toBe('endorser_identity');
      expect(await refusalOf(answer, during({ from: at(HOUR_MS) }))).toBe('endorser_identity');
      expect(await refusalOf(answer, during({ to: at(HOUR_MS) }))).toBe('proven');
    });

    it('when its endorsements are of the other kind', async () => {
      const { transaction, view, refusalOf } = scene();
      const other = kind === 'view' ? transaction : view;
      expect(await refusalOf(under(file(), other.ledger.endorsements))).toBe('endorsement');
    });
  });
};
