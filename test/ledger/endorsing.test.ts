import { rmSync } from 'node:fs';
import * as rules from '@anlian/chaincode/rules';
import { type EmbeddedLedger, openEmbeddedLedger } from '@anlian/consortium/ledger';
import { decodeRefusal } from '@anlian/contracts';
import {
  createMsp,
  decodeProposalResponse,
  derSequence,
  derUnsigned,
  encodeSignedProposal,
  signerOf,
} from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { genesisWith, quietLog, random, temporaryDirectory } from '../support/embeddedLedger.ts';
import { type FoundedLedger, flipped, openFoundedLedger } from '../support/foundedLedger.ts';
import type { Governor } from '../support/governors.ts';
import { ask, codeOf, endorse, envelopeOf, proposalOf, signWith } from '../support/rawLedger.ts';

describe('what the embedded ledger endorses', () => {
  let founded: FoundedLedger;
  let ledger: EmbeddedLedger;
  let hengyuan: Governor;
  const registration = () => founded.registration();

  beforeAll(async () => {
    founded = await openFoundedLedger();
    ({ ledger, hengyuan } = founded);
  });
  afterAll(() => founded.close());

  const isRefused = async (signed: Uint8Array): Promise<string | undefined> => {
    return decodeRefusal(decodeProposalResponse(await ledger.endorse(signed), 'invalid_input').message)?.code;
  };

  it('refuses a governor’s certificate that another authority issued', async () => {
    const msp = await createMsp({
      mspId: hengyuan.mspId,
      organisation: '冒名',
      crypto: globalThis.crypto,
      now: new Date(),
    });
    const impostor = { ...hengyuan, msp };
    const { bytes } = await proposalOf(impostor, registration());
    expect(await isRefused(encodeSignedProposal(bytes, await signWith(impostor, bytes)))).toBe('submitter_unknown');
  });

  it('refuses a certificate that has expired, and one that begins later', async () => {
    const years = 3.1 * 365 * 86_400_000;
    const { bytes } = await proposalOf(hengyuan, registration());
    const signed = encodeSignedProposal(bytes, await signWith(hengyuan, bytes));
    expect(await isRefused(signed)).toBeUndefined();
    for (const offsetMs of [years, -86_400_000]) {
      const otherDir = temporaryDirectory();
      const later = await openEmbeddedLedger({
        dir: otherDir,
        genesis: await genesisWith([hengyuan]),
        contract: rules,
        clock: () => Date.now() + offsetMs,
        random,
        log: quietLog,
      });
      const response = decodeProposalResponse(await later.endorse(signed), 'invalid_input');
      expect(decodeRefusal(response.message)).toMatchObject({ code: 'submitter_unknown', field: 'creator' });
      await later.close();
      rmSync(otherDir, { recursive: true });
    }
  });

  it('refuses the high-S twin of a valid signature', async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const { bytes } = await proposalOf(hengyuan, registration());
    const der = await signerOf(hengyuan.msp.keyPem)(bytes);
    const rLength = der[3] ?? 0;
    const [r, s] = [der.subarray(4, 4 + rLength), der.subarray(6 + rLength)];
    const twin = Buffer.from(
      (order - BigInt(`0x${Buffer.from(s).toString('hex')}`)).toString(16).padStart(64, '0'),
      'hex',
    );
    expect(await isRefused(encodeSignedProposal(bytes, derSequence(derUnsigned(r), derUnsigned(twin))))).toBe(
      'submitter_unknown',
    );
    expect(await isRefused(encodeSignedProposal(bytes, der))).toBeUndefined();
  });

  it.each([
    ['another channel', { channel: 'other' }, 'wrong_channel'],
    ['another chaincode', { chaincode: 'other' }, 'wrong_channel'],
    ['121 seconds ago', { timeMs: Date.now() - 121_000 }, 'clock_skew'],
    ['2001', { timeMs: Date.parse('2001-01-01') }, 'clock_skew'],
    ['2099', { timeMs: Date.parse('2099-01-01') }, 'clock_skew'],
  ])('does not endorse a proposal for %s', async (_, change, code) => {
    const { bytes } = await proposalOf(hengyuan, registration(), change);
    expect(decodeRefusal((await ask(ledger, hengyuan, bytes)).message)?.code).toBe(code);
  });

  it('does not endorse a transaction id that is on the ledger', async () => {
    const endorsed = await endorse(ledger, hengyuan, registration());
    await codeOf(ledger, await envelopeOf(hengyuan, endorsed));
    expect(decodeRefusal((await ask(ledger, hengyuan, endorsed.proposal)).message)?.code).toBe('duplicate_transaction');
  });

  it('answers any changed byte of a proposal with a coded refusal, never with a fault of its own', {
    timeout: 60_000,
  }, async () => {
    const { bytes } = await proposalOf(hengyuan, registration());
    const signed = encodeSignedProposal(bytes, await signWith(hengyuan, bytes));
    const codes = new Set<string | undefined>();
    for (let at = 0; at < signed.length; at += 3) codes.add(await isRefused(flipped(signed, at)));
    for (let length = 0; length < signed.length; length += 11) codes.add(await isRefused(signed.subarray(0, length)));
    expect([...codes].filter((code) => code === undefined || code === 'internal_error')).toEqual([]);
  });
});
