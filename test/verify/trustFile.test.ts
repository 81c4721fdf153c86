import { type CheckName, type TrustBundle, toInstant } from '@anlian/contracts';
import { createMsp, signerOf, utf8 } from '@anlian/sdk/ledger';
import { afterAll, describe, expect, it } from 'vitest';
import { openEvidenceNetwork, transactionBundle } from '../support/evidenceNetwork.ts';
import { forgeGenesis, type GenesisForgery, onFabric, withOrdererRoot } from '../support/forgedGenesis.ts';
import { forgeAttested, identityOf } from '../support/forgedProof.ts';
import { signedBy } from '../support/governors.ts';
import { openProofCase } from '../support/proofCase.ts';

const HOUR_MS = 3_600_000;
const { network, bundle, trust, port, other, refusalOf, withMember, withKey, attestedBy } = await openProofCase();
afterAll(() => network.close());

describe('the trust file', () => {
  it('of a network that began otherwise refuses every proof of this one', async () => {
    const foreign = await openEvidenceNetwork();
    expect(await refusalOf(bundle, { trusted: await foreign.trust() })).toBe('endorser_identity');
    await foreign.close();
  });

  it('must begin at the block that was pinned', async () => {
    expect(await refusalOf(bundle, { pinnedGenesis: trust.genesisHash })).toBe('proven');
    expect(await refusalOf(bundle, { pinnedGenesis: 'a'.repeat(64) })).toBe('trust_genesis');
  });

  it.each<[string, GenesisForgery]>([
    ['is not the first', { number: 1 }],
    ['has one before it', { previousHash: new Uint8Array(32) }],
    ['holds other data than its header says', { envelopes: withOrdererRoot('none'), keepDataHash: true }],
    ['holds two transactions', { envelopes: (present) => [...present, ...present] }],
    ['holds none', { envelopes: () => [] }],
    ['holds no configuration', { envelopes: () => [new Uint8Array()] }],
  ])('is refused when its block %s', async (_, forgery) => {
    expect(await refusalOf(bundle, { trusted: await forgeGenesis(trust, forgery) })).toBe('trust_genesis');
  });

  it('is refused when its operator’s certificates are not those of a peer', async () => {
    const client = await createMsp({
      mspId: 'operatorMSP',
      organisation: '联盟运营方',
      roles: ['orderer'],
      crypto: globalThis.crypto,
      now: new Date(),
    });
    const operator = { mspId: 'operatorMSP', certPem: client.certPem, sign: signerOf(client.keyPem) };
    const trusted = await forgeGenesis(trust, { envelopes: withOrdererRoot(client.caCertPem) });
    expect(await refusalOf(await attestedBy([operator]), { trusted })).toBe('endorser_identity');
  });

  it('is refused when it calls one operator’s ledger the governors’, or theirs one operator’s', async () => {
    const kept = await onFabric(trust);
    expect(await refusalOf(bundle, { trusted: { ...trust, ledger: 'fabric' } })).toBe('trust_genesis');
    expect(await refusalOf(bundle, { trusted: { ...kept, ledger: 'embedded' } })).toBe('trust_genesis');
    expect(await refusalOf(bundle, { trusted: kept })).toBe('endorser_identity');
  });

  it('may be laid out as people like', async () => {
    expect(await refusalOf(bundle, { trusted: utf8(`${JSON.stringify(trust, null, 2)}\n`) })).toBe('proven');
  });
});

describe('a member outside its interval', () => {
  const past = toInstant(Date.now() - HOUR_MS);
  const future = toInstant(Date.now() + HOUR_MS);

  it.each<[string, () => TrustBundle, CheckName | 'proven']>([
    ['the submitter was expelled before', () => withMember('hengyuan', { to: past }), 'transaction_creator'],
    ['the submitter is admitted later', () => withMember('hengyuan', { from: future }), 'transaction_creator'],
    ['the submitter is expelled later', () => withMember('hengyuan', { to: future }), 'proven'],
    ['the actor key was retired before', () => withKey('actor', { to: past }), 'key_interval'],
    ['the actor key is registered later', () => withKey('actor', { from: future }), 'key_interval'],
    ['the log key was retired before', () => withKey('log', { to: past }), 'key_interval'],
    ['the gate’s key was retired before', () => withKey('gate', { to: past }), 'key_interval'],
    ['the gate’s key is registered later', () => withKey('gate', { from: future }), 'key_interval'],
    ['the gate’s key is retired later', () => withKey('gate', { to: future }), 'proven'],
    [
      'the gate’s key was compromised before the anchor',
      () => withKey('gate', { to: future, compromisedSince: past }),
      'key_interval',
    ],
    [
      'the gate’s key is compromised after the anchor',
      () => withKey('gate', { to: future, compromisedSince: future }),
      'proven',
    ],
    ['the code key that issued the pass is retired later', () => withKey('code', { to: future }), 'proven'],
    ['the code key that issued the pass began later', () => withKey('code', { from: future }), 'decision_recomputed'],
    ['the member holds no log key', () => withMember('hengyuan', { keys: without('log') }), 'checkpoint_signature'],
    ['the member holds no such gate key', () => withMember('hengyuan', { keys: without('gate') }), 'record_signature'],
    ['the member holds no actor key', () => withMember('hengyuan', { keys: without('actor') }), 'actor_signature'],
  ])('is judged by the trust file: %s', async (_, trusted, expected) => {
    expect(await refusalOf(bundle, { trusted: trusted() })).toBe(expected);
  });

  it('is refused although a member of today carried its command', async () => {
    const forgery = {
      signed: signedBy(port, 'site:register', { site: 'carried' }),
      result: {},
      submitter: identityOf(other),
      endorsers: [network.operator],
      attestors: [network.operator],
    };
    const carried = transactionBundle(await forgeAttested(forgery));
    expect(await refusalOf(carried)).toBe('proven');
    expect(await refusalOf(carried, { trusted: withMember('hengyuan', { to: past }) })).toBe('key_interval');
  });
  const without = (use: string) => trust.members[0]?.keys.filter(({ key }) => key.use !== use) ?? [];
});
