import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityFiles, materialOf, type OrganisationPlan } from '@anlian/consortium/fabric';
import {
  canonicalBytes,
  fromBase64Url,
  type MemberDescriptor,
  type TransactionBundle,
  type TrustBundle,
  toBase64Url,
  toInstant,
} from '@anlian/contracts';
import { addOrganisation, removeOrganisation } from '@anlian/sdk/fabric';
import {
  type Config,
  type ConnectedLedger,
  createAuthority,
  decodeBlock,
  decodeConfig,
  decodeIdentity,
  issueCertificate,
  type LedgerIdentity,
  signerOf,
} from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revocationList } from '../../sdk/src/verify/config/fixtures/member.ts';
import { changeChannel, changeMsp } from '../support/channelUpdate.ts';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { connectFabric, type FabricNetwork, identityOf, openFabricNetwork } from '../support/fabricNetwork.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import { CHANNEL, foundChannel, freshId, freshKey, type Governor, signedBy } from '../support/governors.ts';
import { trustFileOf } from '../support/trustFile.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const decoded = (config: Config) => decodeConfig(CHANNEL, config.serializeBinary(), 'ledger_corrupt');

/** 恒远, 启川 and 正衡 found a channel. 正衡 is broken into and expelled; 鼎固 becomes a governor in its place. */
describe.skipIf(noFabric)(
  unless(noFabric, 'the trust file of a Fabric channel whose members change'),
  { timeout: 5 * MINUTE_MS },
  () => {
    let network: FabricNetwork;
    let hengyuan: Governor;
    let qichuan: Governor;
    let zhengheng: Governor;
    const open: ConnectedLedger[] = [];
    let ledger: ConnectedLedger;

    const connect = (governor: Governor, identity?: LedgerIdentity): ConnectedLedger => {
      const connected = connectFabric(network, governor, 'fabric-gateway', identity ? { identity } : {});
      open.push(connected);
      return connected;
    };
    const organisation = (governor: Governor): OrganisationPlan => network.organisationOf(governor);
    const certificateIn = (msp: string): string => readFileSync(identityFiles(msp).cert, 'utf8');
    let sites = 0;
    const site = (governor: Governor) => {
      sites += 1;
      return signedBy(governor, 'site:register', { site: `site-${sites}` });
    };
    const prove = async (from: ConnectedLedger, txId: string): Promise<TransactionBundle> =>
      transactionBundle(await from.attest(txId));
    const attestors = ({ ledger: { endorsements } }: TransactionBundle): string[] =>
      endorsements.map(({ endorser }) => decodeIdentity(fromBase64Url(endorser), 'invalid_input').mspId).sort();

    const judge = async (bundle: TransactionBundle, trust: TrustBundle) => {
      const verdict = await verifyBundle(canonicalBytes(bundle), trust, { now: new Date() });
      const refused = verdict.checks.find(({ ok }) => !ok);
      return { ...verdict, refusal: refused ? `${refused.name}: ${refused.detail}` : 'proven' };
    };

    /** What the channel was, proof by proof, as it changed. */
    let born: TrustBundle;
    let carried: string;
    let byZhengheng: TransactionBundle;

    beforeAll(async () => {
      network = await openFabricNetwork();
      [hengyuan, qichuan, zhengheng] = network.governors as [Governor, Governor, Governor];
      ledger = connect(hengyuan);
      await foundChannel(network.governors, ledger, { k: 2 });
      ({ txId: carried } = await connect(zhengheng).submit(site(hengyuan)));
      byZhengheng = await prove(connect(zhengheng), carried);
      born = await trustFileOf(ledger);
    }, 5 * MINUTE_MS);
    afterAll(async () => {
      for (const one of open) one.close();
      await network?.down();
      network?.remove();
    });

    it('holds no update while the channel is as it was born', async () => {
      expect(born.updates).toEqual([]);
      expect(attestors(byZhengheng)).toContain('zhenghengMSP');
      const verdict = await judge(byZhengheng, born);
      expect(verdict).toMatchObject({ refusal: 'proven', configuration: { sequence: 0, block: 0 } });
    });

    it('refuses what a peer attested whose certificate its member has revoked since', async () => {
      const { peerMsp, clientMsp } = materialOf(organisation(zhengheng));
      const authority = join(organisation(zhengheng).dir, 'crypto', 'ca');
      const ca = {
        certPem: readFileSync(join(authority, 'ca.crt'), 'utf8'),
        keyPem: readFileSync(join(authority, 'ca.key'), 'utf8'),
      };
      const revoked = [certificateIn(peerMsp), certificateIn(clientMsp)];
      const list = await revocationList(ca, revoked);
      // Only its own administrator need sign.
      const revoke = changeMsp('zhengheng', (msp) => msp.setRevocationListList([list]));
      await changeChannel(network, ledger, revoke, [organisation(zhengheng)]);
      await network.kill('zhengheng/peer');

      const trust = await trustFileOf(ledger);
      expect(trust.updates).toHaveLength(1);
      expect((await judge(byZhengheng, trust)).refusal).toBe('endorser_identity: the certificate is revoked');
      // Whoever leaves out the newest update is believed: the verdict says how far the file reaches.
      expect(await judge(byZhengheng, born)).toMatchObject({ refusal: 'proven', configuration: { sequence: 0 } });

      const again = await prove(ledger, carried);
      expect(attestors(again)).toEqual(['hengyuanMSP', 'qichuanMSP']);
      expect(await judge(again, trust)).toMatchObject({ refusal: 'proven', configuration: { sequence: 1 } });
      await expect(connect(hengyuan, identityOf(zhengheng)).submit(site(hengyuan))).rejects.toMatchObject({
        code: expect.stringMatching(/^submitter_/),
      });
    });

    it('ends an expelled member with the vote, and its certificates with the channel’s configuration', async () => {
      const proposal = freshId('prp');
      const windDownUntil = toInstant(Date.now() + HOUR_MS);
      const proposed = { action: 'member.expel', member: 'zhengheng', windDownUntil } as const;
      await ledger.submit(signedBy(hengyuan, 'proposal:open', { proposal, proposed }));
      await ledger.submit(signedBy(qichuan, 'proposal:vote', { proposal, vote: 'for' }));

      const voted = await trustFileOf(ledger);
      expect(voted.members.find(({ member }) => member === 'zhengheng')?.to).not.toBeNull();
      expect(voted.updates).toHaveLength(1);

      await changeChannel(
        network,
        ledger,
        (config) => removeOrganisation(decoded(config), 'zhenghengMSP').configuration.config,
        [hengyuan, qichuan].map(organisation),
      );
      const trust = await trustFileOf(ledger);
      expect(trust.updates).toHaveLength(2);
      expect((await judge(byZhengheng, trust)).refusal).toBe(
        'endorser_identity: the MSP was not on the channel at that time',
      );
      const before = await prove(ledger, carried);
      expect(await judge(before, trust)).toMatchObject({ refusal: 'proven', configuration: { sequence: 2 } });
      const { txId } = await ledger.submit(site(hengyuan));
      expect((await judge(await prove(ledger, txId), trust)).refusal).toBe('proven');
    });

    it('takes in a governor that the channel’s configuration took in, from then on', async () => {
      const mspId = 'dingguMSP';
      const sources = { crypto: globalThis.crypto, now: new Date() };
      const subject = { commonName: mspId, organisation: '鼎固' };
      const [ca, tlsCa] = [await createAuthority(subject, sources), await createAuthority(subject, sources)];
      const { certPem, keyPem } = await issueCertificate(ca, subject, { roles: ['client'] }, sources);
      const identity = { mspId, certPem, sign: signerOf(keyPem) };
      const proposal = freshId('prp');
      const member: MemberDescriptor = {
        member: 'dinggu',
        company: '91990101MAAA00039J',
        kind: 'governor',
        mspId,
        keys: [freshKey('actor').descriptor],
      };
      await ledger.submit(
        signedBy(hengyuan, 'proposal:open', { proposal, proposed: { action: 'member.admit', member } }),
      );
      await ledger.submit(signedBy(qichuan, 'proposal:vote', { proposal, vote: 'for' }));

      // The members have decided, and the channel does not know yet.
      const pending = await trustFileOf(ledger);
      expect(pending.members.map(({ member: name }) => name)).toContain('dinggu');
      const old = await prove(ledger, carried);
      expect((await judge(old, pending)).refusal).toBe('proven');

      const joining = {
        name: 'dinggu',
        mspId,
        rootCertPems: [ca.certPem],
        intermediateCertPems: [],
        tlsRootCertPems: [tlsCa.certPem],
        anchorPeers: [],
      };
      await changeChannel(
        network,
        ledger,
        (config) => addOrganisation(decoded(config), joining).configuration.config,
        [hengyuan, qichuan].map(organisation),
      );
      const { txId } = await connect(hengyuan, identity).submit(site(hengyuan));
      const proof = await prove(ledger, txId);
      const trust = await trustFileOf(ledger);
      expect(trust.updates).toHaveLength(3);
      expect(await judge(proof, trust)).toMatchObject({ refusal: 'proven', configuration: { sequence: 3 } });
      expect((await judge(proof, pending)).refusal).toBe(
        'transaction_creator: no configuration names such an MSP for this purpose',
      );
      expect((await judge(old, trust)).refusal).toBe('proven');
    });

    describe('cannot be made up from real blocks', () => {
      let trust: TrustBundle;
      let proof: TransactionBundle;
      beforeAll(async () => {
        trust = await trustFileOf(ledger);
        proof = await prove(ledger, carried);
      });
      const refusal = async (updates: readonly string[], change: Partial<TrustBundle> = {}) =>
        (await judge(proof, { ...trust, updates: [...updates], ...change })).refusal;

      it.each<[string, (updates: readonly string[]) => readonly string[]]>([
        ['without the first', ([, ...rest]) => rest],
        ['without the second', ([one = '', , ...rest]) => [one, ...rest]],
        ['in another order', ([one = '', two = '', three = '']) => [one, three, two]],
        ['with one twice', ([one = '', ...rest]) => [one, one, ...rest]],
        ['with a block that is none', (updates) => [...updates, 'AAAA']],
        ['with the first block of all', (updates) => [trust.genesis, ...updates]],
      ])('%s', async (_, change) => {
        expect(await refusal(change(trust.updates))).toContain('trust_configuration');
      });

      it('with a block of transactions among them', async () => {
        const block = toBase64Url(await ledger.block(1));
        expect(await refusal([block, ...trust.updates])).toContain('trust_configuration');
      });

      it('newer than the file says it is', async () => {
        expect(await refusal(trust.updates, { asOf: { ...trust.asOf, height: 1 } })).toContain('trust_configuration');
      });

      it('with a byte changed anywhere in what the orderer signed', async () => {
        for (const [at, update] of trust.updates.entries()) {
          const bytes = fromBase64Url(update);
          const [envelope = new Uint8Array()] = decodeBlock(bytes, 'invalid_input').envelopes;
          const start = Buffer.from(bytes).indexOf(envelope);
          for (let offset = 0; offset < envelope.length; offset += 977) {
            const changed = Uint8Array.from(bytes);
            changed[start + offset] = (changed[start + offset] ?? 0) ^ 1;
            const updates = trust.updates.with(at, toBase64Url(changed));
            expect(await refusal(updates), `update ${at}, byte ${offset}`).toContain('trust_configuration');
          }
        }
      });
    });
  },
);
