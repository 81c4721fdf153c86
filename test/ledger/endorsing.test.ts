import { rmSync } from 'node:fs';
import { decodeRefusal } from '@anlian/contracts';
import {
  createMsp,
  decodeProposalResponse,
  derSequence,
  derUnsigned,
  encodeSignedProposal,
  signerOf,
} from '@anlian/sdk/ledger';
import { describe, expect, it } from 'vitest';
import { genesisWith, openIn, temporaryDirectory } from '../support/embeddedLedger.ts';
import { flipped, foundedLedger } from '../support/foundedLedger.ts';
import { proposalOf, signWith } from '../support/rawLedger.ts';

describe('what the embedded ledger endorses', () => {
  const founded = foundedLedger();

  const refusalOf = async (signed: Uint8Array): Promise<string | undefined> =>
    decodeRefusal(decodeProposalResponse(await founded.ledger.endorse(signed), 'invalid_input').message)?.code;

  it('refuses a governor’s certificate that another authority issued', async () => {
    const msp = await createMsp({
      mspId: founded.hengyuan.mspId,
      organisation: '冒名',
      crypto: globalThis.crypto,
      now: new Date(),
    });
    const impostor = { ...founded.hengyuan, msp };
    const { bytes } = await proposalOf(impostor, founded.registration());
    expect(await refusalOf(encodeSignedProposal(bytes, await signWith(impostor, bytes)))).toBe('submitter_unknown');
  });

  it('refuses a certificate that has expired, and one that begins later', async () => {
    const years = 3.1 * 365 * 86_400_000;
    const { bytes } = await founded.proposal();
    const signed = encodeSignedProposal(bytes, await signWith(founded.hengyuan, bytes));
    expect(await refusalOf(signed)).toBeUndefined();
    for (const offsetMs of [years, -86_400_000]) {
      const otherDir = temporaryDirectory();
      const clock = () => Date.now() + offsetMs;
      const later = await openIn(otherDir, await genesisWith([founded.hengyuan]), { clock });
      const response = decodeProposalResponse(await later.endorse(signed), 'invalid_input');
      expect(decodeRefusal(response.message)).toMatchObject({ code: 'submitter_unknown', field: 'creator' });
      await later.close();
      rmSync(otherDir, { recursive: true });
    }
  });

  it('refuses the high-S twin of a valid signature', async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const { bytes } = await founded.proposal();
    const der = await signerOf(founded.hengyuan.msp.keyPem)(bytes);
    const rLength = der[3] ?? 0;
    const [r, s] = [der.subarray(4, 4 + rLength), der.subarray(6 + rLength)];
    const twin = Buffer.from(
      (order - BigInt(`0x${Buffer.from(s).toString('hex')}`)).toString(16).padStart(64, '0'),
      'hex',
    );
    expect(await refusalOf(encodeSignedProposal(bytes, derSequence(derUnsigned(r), derUnsigned(twin))))).toBe(
      'submitter_unknown',
    );
    expect(await refusalOf(encodeSignedProposal(bytes, der))).toBeUndefined();
  });

  it.each([
    ['another channel', { channel: 'other' }, 'wrong_channel'],
    ['another chaincode', { chaincode: 'other' }, 'wrong_channel'],
    ['121 seconds ago', { timeMs: Date.now() - 121_000 }, 'clock_skew'],
    ['2001', { timeMs: Date.parse('2001-01-01') }, 'clock_skew'],
    ['2099', { timeMs: Date.parse('2099-01-01') }, 'clock_skew'],
  ])('does not endorse a proposal for %s', async (_, change, code) => {
    const { bytes } = await founded.proposal(change);
    expect(decodeRefusal((await founded.ask(bytes)).message)?.code).toBe(code);
  });

  it('does not endorse a transaction id that is on the ledger', async () => {
    const endorsed = await founded.endorsed();
    await founded.codeOf(await founded.envelope(endorsed));
    expect(decodeRefusal((await founded.ask(endorsed.proposal)).message)?.code).toBe('duplicate_transaction');
  });

  it('answers any changed byte of a proposal with a coded refusal, never with a fault of its own', {
    timeout: 60_000,
  }, async () => {
    const { bytes } = await founded.proposal();
    const signed = encodeSignedProposal(bytes, await signWith(founded.hengyuan, bytes));
    const codes = new Set<string | undefined>();
    for (let at = 0; at < signed.length; at += 3) codes.add(await refusalOf(flipped(signed, at)));
    for (let length = 0; length < signed.length; length += 11) codes.add(await refusalOf(signed.subarray(0, length)));
    expect([...codes].filter((code) => code === undefined || code === 'internal_error')).toEqual([]);
  });
});
