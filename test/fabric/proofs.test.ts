import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  BlockBundle,
  canonicalBytes,
  fromBase64Url,
  type ProofBundle,
  TransactionBundle,
  ViewBundle,
} from '@anlian/contracts';
import type { BlockSubject } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOCK_ROWS, type ByteRow, TRANSACTION_ROWS, VIEW_ROWS } from '../support/byteRows.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import { fieldsOf, withField } from '../support/fields.ts';
import { forgeBlock } from '../support/forgedBlock.ts';
import { blockBundle, blockBundleOf } from '../support/ledgerBundles.ts';
import { contentRefusals } from './proofContent.ts';
import { elsewhereRefusals } from './proofElsewhere.ts';
import { openProofScene, type ProofScene, SITE } from './proofScene.ts';
import { signerRefusals } from './proofSigners.ts';

const MINUTE_MS = 60_000;

let opened: ProofScene;
const scene = (): ProofScene => opened;
describe.skipIf(noFabric)(unless(noFabric, 'on a Fabric network'), () => {
  beforeAll(async () => {
    opened = await openProofScene();
  }, 4 * MINUTE_MS);
  afterAll(() => opened?.close());

  describe('proofs of a real network', () => {
    it('are proven by governors: a transaction, a value, a block', async () => {
      const { txId, transaction, view, block, verdictOn } = scene();
      expect(await verdictOn(transaction)).toMatchObject({
        verdict: 'proven',
        trust: 'governors',
        subject: { command: 'site:register', txId },
      });
      expect(await verdictOn(view)).toMatchObject({
        verdict: 'proven',
        trust: 'governors',
        subject: { ...SITE, value: { site: 'berth-3', owner: 'hengyuan' }, heldBy: expect.any(Array) },
      });
      const listed = { txId, call: 'site:register', endorsed: true, marked: 'VALID' };
      expect(await verdictOn(block)).toMatchObject({
        verdict: 'proven',
        trust: 'governors',
        subject: { validity: 'unproven', transactions: [listed] },
      });
    });

    it('list every block from the first on, each naming the one before it', async () => {
      const { ledger, verdictOn } = scene();
      const { height } = await ledger.describe();
      let previous = '';
      for (let number = 0; number < height; number++) {
        const verdict = await verdictOn(await blockBundle(ledger, number));
        const subject = verdict.subject as BlockSubject;
        expect([verdict.verdict, subject.number, subject.previousHash]).toEqual(['proven', number, previous]);
        previous = subject.hash;
      }
    });
  });

  describe('without any network', () => {
    const COMMAND = fileURLToPath(new URL('../../sdk/bin/anlian.ts', import.meta.url));
    const dir = mkdtempSync(join(tmpdir(), 'anlian-fabric-proofs-'));
    afterAll(() => rmSync(dir, { recursive: true }));
    const isPermitted = spawnSync('unshare', ['-rn', 'true']).status === 0;
    const verify = (file: unknown, ...options: readonly string[]) => {
      const { trust } = scene();
      writeFileSync(join(dir, 'trust.json'), canonicalBytes(trust));
      writeFileSync(join(dir, 'proof.json'), canonicalBytes(file));
      const words = [
        '-rn',
        process.execPath,
        COMMAND,
        'verify',
        'proof.json',
        '--genesis',
        trust.genesisHash,
        ...options,
      ];
      const { status, stdout } = spawnSync('unshare', words, {
        cwd: dir,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, ANLIAN_HOME: dir },
        timeout: 20_000,
      });
      return { status, out: stdout };
    };

    it.skipIf(!isPermitted)('the command proves them (skipped where namespaces are not permitted)', () => {
      const { transaction, view } = scene();
      const onNothing = spawnSync('unshare', ['-rn', 'cat', '/proc/net/route'], { encoding: 'utf8' }).stdout;
      expect(onNothing.trim().split('\n')).toHaveLength(1);
      expect(verify(transaction).status).toBe(0);
      const held = verify(view, '--lang', 'en');
      expect(held.status).toBe(0);
      expect(held.out).toContain('Site berth-3 as the ledger held it');
      expect(held.out).toContain('"owner":"hengyuan"');
      expect(verify({ ...view, chaincode: 'another' }).status).toBe(1);
    });

    it.skipIf(!isPermitted)('the command says of a block that validity is unproven, and never ends with 0', () => {
      const { block } = scene();
      const zh = verify(block, '--accept-embedded', '--lang', 'zh');
      expect(zh.status).toBe(3);
      expect(zh.out).toContain('validity: unproven');
      expect(verify(block, '--lang', 'en').out).toContain('site:register');
    });
  });

  describe('one byte changed', () => {
    const fails = (name: string, file: () => ProofBundle, rows: readonly ByteRow[]) =>
      it.each(rows)(`in %s of a proof of a ${name} (%s) fails`, async (field, _what, change, expected) => {
        const changed = withField(file(), field, change);
        expect(changed).not.toEqual(file());
        expect(await scene().refusalOf(changed)).toBe(expected);
      });

    fails('transaction', () => scene().transaction, TRANSACTION_ROWS);
    fails('view', () => scene().view, VIEW_ROWS);
    fails('block', () => scene().block, BLOCK_ROWS);

    it('has a row above for every field of the schemas', () => {
      const named = (rows: readonly ByteRow[]) => [...new Set(rows.map(([field]) => field))].sort();
      expect(named(TRANSACTION_ROWS)).toEqual(fieldsOf(TransactionBundle).sort());
      expect(named(VIEW_ROWS)).toEqual(fieldsOf(ViewBundle).sort());
      expect(named(BLOCK_ROWS)).toEqual(fieldsOf(BlockBundle).sort());
    });

    it('in the filter of a block changes what it claims, and not what it proves', async () => {
      const { block, verdictOn } = scene();
      const changed = blockBundleOf(await forgeBlock(fromBase64Url(block.block), { filter: Uint8Array.of(11) }));
      expect(await verdictOn(changed)).toMatchObject({
        verdict: 'proven',
        subject: { validity: 'unproven', transactions: [{ marked: 'MVCC_READ_CONFLICT', endorsed: true }] },
      });
    });
  });

  signerRefusals(scene);
  contentRefusals(scene);
  elsewhereRefusals(scene);
});
