import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST, materialOf } from '@anlian/consortium/fabric';
import {
  type BlockBundle,
  canonicalBytes,
  fromBase64Url,
  type TransactionBundle,
  type TrustBundle,
  toBase64Url,
  VerificationError,
  type ViewBundle,
} from '@anlian/contracts';
import { buildChaincode } from '@anlian/sdk/fabric';
import { type ConnectedLedger, decodeBlock, decodeIdentity, decodeTransaction, encodeBlock } from '@anlian/sdk/ledger';
import { type BlockSubject, openTrust, verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../sdk/src/cli/main.ts';
import { processContext } from '../../sdk/src/cli/processContext.ts';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { connectFabric, identityOf, openFabricNetwork } from '../support/fabricNetwork.ts';
import { noFabric3, unless } from '../support/fabricParts.ts';
import { forgeBlock } from '../support/forgedBlock.ts';
import { foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { type GrownNetwork, governorOf, growNetwork } from '../support/grownNetwork.ts';
import { blockBundle, blockBundleOf, viewBundle } from '../support/ledgerBundles.ts';
import { workSteadily } from '../support/steadyWork.ts';
import { trustFileOf } from '../support/trustFile.ts';

const MINUTE_MS = 60_000;
/** Of four orderers one may lie: what three signed, two honest ones at least have seen. */
const QUORUM = 3;

type Signatures = ReturnType<typeof decodeBlock>['signatures'];
type Choice = readonly [what: string, choose: (signatures: Signatures, others: Signatures) => Signatures];

describe.skipIf(noFabric3)(
  unless(noFabric3, 'proofs and membership on a Fabric channel that four BFT orderers agree on'),
  { timeout: 3 * MINUTE_MS },
  () => {
    const dir = mkdtempSync(join(tmpdir(), 'anlian-bft-'));
    let network: GrownNetwork;
    let governors: readonly [Governor, Governor, Governor, Governor];
    let ledger: ConnectedLedger;
    let trust: TrustBundle;
    let txId: string;
    let transaction: TransactionBundle;
    let view: ViewBundle;
    let block: BlockBundle;
    let sites = 0;
    const newSite = () => {
      sites += 1;
      return signedBy(governors[0], 'site:register', { site: `site-${sites}` });
    };

    beforeAll(async () => {
      network = await growNetwork(await openFabricNetwork('bft4'), await buildChaincode());
      const founders = network.governors as readonly Governor[] as readonly [Governor, Governor, Governor];
      const fourth = network.plan.organisations.find(({ member }) => member === 'dinggu');
      if (!fourth) throw new Error('four order');
      governors = [...founders, governorOf(fourth)];
      ledger = connectFabric(network, governors[0], 'fabric-gateway');
      await foundChannel(governors, ledger, { k: 2 });
      const committed = await ledger.submit(newSite());
      txId = committed.txId;
      transaction = transactionBundle(await ledger.attest(txId));
      view = await viewBundle(ledger, { type: 'site', key: ['site-1'] });
      block = await blockBundle(ledger, committed.blockNumber);
      trust = await trustFileOf(ledger);
    }, 5 * MINUTE_MS);
    afterAll(async () => {
      ledger?.close();
      await network?.down();
      network?.remove();
      rmSync(dir, { recursive: true, force: true });
    }, MINUTE_MS);

    const verdictOn = (file: unknown, trusted = trust) =>
      verifyBundle(canonicalBytes(file), trusted, { now: new Date(), pinnedGenesis: trust.genesisHash });
    /** The check that refuses it and why, or `proven`. */
    const refusalOf = async (file: unknown, trusted = trust): Promise<string> => {
      const refused = (await verdictOn(file, trusted)).checks.find(({ ok }) => !ok);
      return refused ? `${refused.name}: ${refused.detail}` : 'proven';
    };

    describe('its proofs', () => {
      it('are proven by governors: a transaction, a value, a block', async () => {
        const proven = { verdict: 'proven', trust: 'governors' };
        expect(await verdictOn(transaction)).toMatchObject({ ...proven, subject: { command: 'site:register', txId } });
        expect(await verdictOn(view)).toMatchObject({
          ...proven,
          subject: { type: 'site', key: ['site-1'], value: { site: 'site-1', owner: 'hengyuan' } },
        });
        const listed = { txId, call: 'site:register', endorsed: true, marked: 'VALID' };
        expect(await verdictOn(block)).toMatchObject({
          ...proven,
          subject: { validity: 'unproven', transactions: [listed] },
        });
      });

      it('list every block from the first on, each naming the one before it and signed by a quorum', async () => {
        const { height } = await ledger.describe();
        let previous = '';
        for (let number = 0; number < height; number++) {
          const bytes = await ledger.block(number);
          const { verdict, subject } = await verdictOn(blockBundleOf(bytes));
          expect([verdict, (subject as BlockSubject).previousHash]).toEqual(['proven', previous]);
          previous = (subject as BlockSubject).hash;
          const numbers = decodeBlock(bytes, 'invalid_input').signatures.map(({ consenter }) => consenter);
          if (number > 0) expect(new Set(numbers).size).toBeGreaterThanOrEqual(QUORUM);
        }
      });
    });

    /** The block with other signatures of those there are. */
    const signed = (bytes: Uint8Array, choose: Choice[1], lastConfig: number, others: Signatures = []): Uint8Array => {
      const decoded = decodeBlock(bytes, 'invalid_input');
      return encodeBlock({ ...decoded, signatures: choose(decoded.signatures, others), lastConfig });
    };

    describe('a block', () => {
      const ofThisBlock = async (choose: Choice[1]): Promise<BlockBundle> => {
        const bytes = fromBase64Url(block.block);
        const { number } = decodeBlock(bytes, 'invalid_input').header;
        const before = decodeBlock(await ledger.block(number - 1), 'invalid_input').signatures;
        return blockBundleOf(signed(bytes, choose, 0, before));
      };
      const first = (signatures: Signatures, count: number): Signatures => signatures.slice(0, count);

      it.each<Choice>([
        ['a quorum signed, and no more', (signatures) => first(signatures, QUORUM)],
        ['a quorum signed, in whatever order', (signatures) => [...first(signatures, QUORUM)].reverse()],
      ])('is proven when %s', async (_, choose) => {
        expect(await refusalOf(await ofThisBlock(choose))).toBe('proven');
      });

      it.each<Choice>([
        ['fewer signed', (signatures) => first(signatures, QUORUM - 1)],
        ['nobody signed', () => []],
        ['one signed thrice', ([one]) => (one ? [one, one, one] : [])],
        [
          'one of a quorum signed another block',
          (signatures, [other]) => [...first(signatures, 2), ...(other ? [other] : [])],
        ],
        [
          'one of a quorum stands under another’s number',
          ([one, two, three]) => (one && two && three ? [one, two, { ...three, signature: one.signature }] : []),
        ],
        [
          'a quorum signed, and a signature beside it does not hold',
          ([one, ...others]) => (one ? [one, ...others, { ...one, signature: one.signature.slice(1) }] : []),
        ],
      ])('is refused when %s', async (_, choose) => {
        expect(await refusalOf(await ofThisBlock(choose))).toMatch(/^block_signature: /);
      });

      it('is refused when clients of three of the organisations that order signed it', async () => {
        const forged = await forgeBlock(fromBase64Url(block.block), {
          signedBy: governors.slice(0, QUORUM).map(identityOf),
          lastConfig: 0,
        });
        expect(await refusalOf(blockBundleOf(forged))).toBe(
          'block_signature: too few orderers of the configuration before it signed the block',
        );
      });
    });

    describe('its members', () => {
      /** The command, as the administrator of one of the governors. */
      const anlian = async (as: Governor, ...args: string[]) => {
        const lines: string[] = [];
        const code = await main([...args, '--home', network.plan.dir, '--as', as.member, '--json'], {
          ...processContext(),
          env: { ANLIAN_HOME: dir },
          cwd: dir,
          out: (line) => lines.push(line),
          err: (line) => lines.push(line),
        });
        return { code, text: lines.join('\n') };
      };
      const carry = async (file: string): Promise<void> => {
        const [hengyuan, qichuan, zhengheng] = governors;
        expect(await anlian(qichuan, 'fabric', 'sign', file)).toMatchObject({ code: 0 });
        // Two of four are no majority.
        const early = await anlian(hengyuan, 'fabric', 'submit', file);
        expect([early.code, early.text]).toEqual([1, expect.stringContaining('fabric_signatures_missing')]);
        expect(await anlian(zhengheng, 'fabric', 'sign', file)).toMatchObject({ code: 0 });
        expect(await anlian(hengyuan, 'fabric', 'submit', file)).toMatchObject({ code: 0 });
      };
      const endorsersIn = async (blockNumber: number): Promise<string[]> =>
        decodeBlock(await ledger.block(blockNumber), 'invalid_input')
          .envelopes.flatMap((envelope) => decodeTransaction(envelope, 'invalid_input').endorsements)
          .map(({ endorser }) => decodeIdentity(endorser, 'invalid_input').mspId);
      const onChannel = async (): Promise<string[]> => {
        const { text } = await anlian(governors[0], 'fabric', 'status');
        return JSON.parse(text).governors.map(({ name }: { readonly name: string }) => name);
      };

      it('become five by the signatures of three administrators, and the fifth endorses', async () => {
        const { member, mspId } = network.newcomer;
        const { orgMsp } = materialOf(network.organisation);
        const anchor = `${HOST}:${network.organisation.peerPort}`;
        const words = ['--id', mspId, '--msp', orgMsp, '--anchor', anchor, '--out', 'add.json'];
        expect(await anlian(governors[0], 'fabric', 'add-member', member, ...words)).toMatchObject({ code: 0 });
        await carry('add.json');
        expect(await onChannel()).toContain(member);

        await network.up();
        // A majority of five without two of them takes in the fifth.
        await Promise.all(['zhengheng', 'dinggu'].map((absent) => network.kill(`${absent}/peer`)));
        const work = workSteadily(ledger, newSite, 1);
        await work.more(1);
        await work.finish();
        for (const { blockNumber } of work.acknowledged.values())
          expect(await endorsersIn(blockNumber)).toContain(mspId);
        await network.up();
      });

      it('become four again, and what was proven stays so', async () => {
        const { member } = network.newcomer;
        const words = ['fabric', 'remove-member', member, '--out', 'remove.json'];
        expect(await anlian(governors[0], ...words)).toMatchObject({ code: 0 });
        await carry('remove.json');
        expect(await onChannel()).not.toContain(member);

        const committed = await ledger.submit(newSite());
        const now = await trustFileOf(ledger);
        expect(now.updates).toHaveLength(2);
        expect(await verdictOn(transactionBundle(await ledger.attest(committed.txId)), now)).toMatchObject({
          verdict: 'proven',
          configuration: { sequence: 2 },
        });
        for (const file of [transaction, view, block]) expect(await refusalOf(file, now)).toBe('proven');
      });

      it('lose none who orders by an update: the command says why', async () => {
        const words = ['fabric', 'remove-member', 'dinggu', '--out', 'dinggu.json'];
        const { code, text } = await anlian(governors[0], ...words);
        expect([code, JSON.parse(text).ordering]).toEqual([0, 'untouched']);
      });

      describe('chain the trust file', () => {
        const withSigners = async (choose: Choice[1]): Promise<TrustBundle> => {
          const now = await trustFileOf(ledger);
          const updates = now.updates.map((update) => {
            const bytes = fromBase64Url(update);
            return toBase64Url(signed(bytes, choose, decodeBlock(bytes, 'invalid_input').header.number));
          });
          return { ...now, updates };
        };
        const refusal = async (file: TrustBundle): Promise<string> => {
          try {
            return `${(await openTrust(file)).configurations.length} configurations`;
          } catch (error) {
            if (error instanceof VerificationError) return `${error.check}: ${error.detail}`;
            throw error;
          }
        };
        const tooFew = 'trust_configuration: too few orderers of the configuration before it signed the block';

        it.each<[string, Choice[1], string]>([
          ['by updates whose blocks a quorum signed', (signatures) => signatures, '3 configurations'],
          ['and not when fewer signed', (signatures) => signatures.slice(0, QUORUM - 1), tooFew],
          ['and not when one signed thrice', ([one]) => (one ? [one, one, one] : []), tooFew],
        ])('%s', async (_, choose, expected) => {
          expect(await refusal(await withSigners(choose))).toBe(expected);
        });
      });
    });
  },
);
