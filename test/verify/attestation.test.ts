import {
  type CheckName,
  canonicalBytes,
  DEVELOPMENT_LABEL,
  fromBase64Url,
  type TrustBundle,
  toBase64Url,
  toInstant,
} from '@anlian/contracts';
import { derSequence, derUnsigned, type LedgerIdentity, messages, utf8 } from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, describe, expect, it } from 'vitest';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { onFabric } from '../support/forgedGenesis.ts';
import { type Forgery, forgeAttested, identityOf } from '../support/forgedProof.ts';
import { signedBy } from '../support/governors.ts';
import { openProofCase } from '../support/proofCase.ts';
import { codeOf, endorse, envelopeOf } from '../support/rawLedger.ts';

const HOUR_MS = 3_600_000;
const FAR_AHEAD = new Date(Date.now() + 20 * 365 * 86_400_000);
const { network, bundle, trust, port, stranger, refusalOf, withMember, attestedBy } = await openProofCase();
const governed = await onFabric(trust);
afterAll(() => network.close());

/** Order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The other signature that holds for the same message: (r, n - s). */
const highS = (der: Uint8Array): Uint8Array => {
  const r = der.subarray(4, 4 + (der[3] ?? 0));
  const s = BigInt(`0x${Buffer.from(der.subarray(6 + r.length)).toString('hex')}`);
  return derSequence(derUnsigned(r), derUnsigned(Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex')));
};

describe('who attests', () => {
  it.each<[string, () => readonly LedgerIdentity[], CheckName]>([
    ['a governor in the operator’s place', () => [identityOf(port)], 'endorser_identity'],
    ['an MSP that the genesis block does not name', () => [stranger], 'endorser_identity'],
    ['the operator twice', () => [network.operator, network.operator], 'endorsement'],
    ['a stranger under the operator’s name', () => [{ ...stranger, mspId: 'operatorMSP' }], 'endorser_identity'],
    [
      'another key under the operator’s certificate',
      () => [{ ...network.operator, sign: stranger.sign }],
      'endorsement',
    ],
  ])('%s is refused', async (_, endorsers, expected) => {
    expect(await refusalOf(await attestedBy(endorsers()))).toBe(expected);
  });

  it('must sign with low S: else anybody could make a second form of the proof', async () => {
    const twin = {
      ...network.operator,
      sign: async (message: Uint8Array) => highS(await network.operator.sign(message)),
    };
    expect(await refusalOf(await attestedBy([twin]))).toBe('endorsement');
  });

  it('must hold a certificate that is valid when it is verified', async () => {
    expect(await refusalOf(bundle, { now: FAR_AHEAD })).toBe('endorser_identity');
  });
});

describe('the question to the ledger', () => {
  const { Proposal, ChaincodeProposalPayload } = messages.proposal;
  const withTransient = (bytes: Uint8Array): Uint8Array => {
    const proposal = Proposal.deserializeBinary(bytes);
    const payload = ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
    payload.getTransientmapMap().set('note', utf8('nobody signed this'));
    proposal.setPayload(payload.serializeBinary());
    return proposal.serializeBinary();
  };

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['a field that nobody knows', (bytes) => Uint8Array.of(...bytes, 0x7a, 0)],
    ['transient data', withTransient],
  ])('may not hold %s, which no endorser signed', async (_, change) => {
    const proposal = toBase64Url(change(fromBase64Url(bundle.ledger.proposal)));
    expect(await refusalOf({ ...bundle, ledger: { ...bundle.ledger, proposal } })).toBe('ledger_form');
  });
});

describe('the code that the ledger gave the transaction', () => {
  it('must be VALID: one that lost a race is refused', async () => {
    const site = () => endorse(network.embedded, port, signedBy(port, 'site:register', { site: 'race' }));
    const [first, second] = [await site(), await site()];
    expect(await codeOf(network.embedded, await envelopeOf(port, first))).toBe('VALID');
    expect(await codeOf(network.embedded, await envelopeOf(port, second))).toBe('MVCC_READ_CONFLICT');
    const attested = transactionBundle(await network.ledger.attest(second.txId));
    expect(await refusalOf(attested)).toBe('transaction_valid');
    expect(await refusalOf(transactionBundle(await network.ledger.attest(first.txId)))).toBe('proven');
  });
});

describe('governors that attest', () => {
  const governorsTrust = (change: Partial<TrustBundle> = {}): TrustBundle => ({ ...governed, ...change });
  const all = () => network.governors.map(identityOf);
  const forged = async (change: Partial<Forgery> = {}) =>
    transactionBundle(
      await forgeAttested({
        signed: signedBy(port, 'site:register', { site: 'made-up' }),
        result: { site: 'made-up' },
        submitter: identityOf(port),
        endorsers: all().slice(0, 2),
        attestors: all().slice(1),
        ...change,
      }),
    );

  it('prove it together, and the verdict does not speak of one operator', async () => {
    const file = canonicalBytes(await forged());
    const pinnedGenesis = governed.genesisHash;
    const verdict = await verifyBundle(file, governorsTrust(), { now: new Date(), pinnedGenesis });
    expect(verdict).toMatchObject({ verdict: 'proven', trust: 'governors', labels: [DEVELOPMENT_LABEL] });
  });

  it.each<[string, () => LedgerIdentity[]]>([
    ['besides two others', all],
    ['where one other did', () => all().slice(1)],
  ])(
    'prove what one that was expelled endorsed %s, before the channel followed: peers counted it',
    async (_, endorsers) => {
      const expelled = withMember('zhengheng', { to: toInstant(Date.now() - HOUR_MS) });
      const file = await forged({ endorsers: endorsers(), attestors: all().slice(0, 2) });
      expect(await refusalOf(file, { trusted: governorsTrust({ members: expelled.members }) })).toBe('proven');
    },
  );

  it('prove it in one order of their signatures: another would be a second form of the proof', async () => {
    const file = await forged();
    const endorsements = file.ledger.endorsements.toReversed();
    expect(endorsements).toHaveLength(2);
    const reversed = { ...file, ledger: { ...file.ledger, endorsements } };
    expect(await refusalOf(file, { trusted: governorsTrust() })).toBe('proven');
    expect(await refusalOf(reversed, { trusted: governorsTrust() })).toBe('endorsement');
  });

  it.each<[string, () => Partial<Forgery>, () => TrustBundle, CheckName]>([
    ['too few attest', () => ({ attestors: all().slice(0, 1) }), governorsTrust, 'endorsement'],
    ['one too many attests', () => ({ attestors: all() }), governorsTrust, 'endorsement'],
    [
      'one attests twice',
      () => ({ attestors: [...all().slice(0, 1), ...all().slice(0, 1)] }),
      governorsTrust,
      'endorsement',
    ],
    [
      'the orderer attests',
      () => ({ attestors: [...all().slice(0, 1), network.operator] }),
      governorsTrust,
      'endorser_identity',
    ],
    [
      'too few endorsed the transaction',
      () => ({ endorsers: all().slice(0, 1) }),
      governorsTrust,
      'transaction_endorsement',
    ],
    [
      'one was expelled before it attested',
      () => ({}),
      () => governorsTrust({ members: withMember('zhengheng', { to: toInstant(Date.now() - HOUR_MS) }).members }),
      'endorser_identity',
    ],
    [
      'one is no governor',
      () => ({}),
      () => governorsTrust({ members: withMember('zhengheng', { kind: 'participant' }).members }),
      'endorser_identity',
    ],
  ])('are refused when %s', async (_, change, trusted, expected) => {
    expect(await refusalOf(await forged(change()), { trusted: trusted() })).toBe(expected);
  });
});
