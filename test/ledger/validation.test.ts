import { rmSync } from 'node:fs';
import { type Endorsement, encodeEnvelope } from '@anlian/sdk/ledger';
import { describe, expect, it } from 'vitest';
import { connectAs, genesisWith, inProcess, openIn, temporaryDirectory } from '../support/embeddedLedger.ts';
import { flipped, foundedLedger } from '../support/foundedLedger.ts';
import { foundChannel, foundingGovernors, freshId, type Governor, signedBy } from '../support/governors.ts';
import { endorse, envelopeOf, signWith } from '../support/rawLedger.ts';

describe('how the embedded ledger judges what it lets into a block', () => {
  const founded = foundedLedger();

  it('gives an untouched transaction VALID', async () => {
    expect(await founded.codeOf(await founded.envelope())).toBe('VALID');
  });

  it('takes no endorsement that was held back: it would enter with the time at which it was asked for', async () => {
    const dir = temporaryDirectory();
    const governors = await foundingGovernors();
    const [owner] = governors as [Governor];
    let nowMs = Date.now();
    const held = await openIn(dir, await genesisWith(governors), { clock: () => nowMs });
    await foundChannel(governors, connectAs(owner, 'http://ledger', { fetch: inProcess(() => held) }));
    const envelope = await envelopeOf(
      owner,
      await endorse(held, owner, signedBy(owner, 'site:register', { site: 'held-back' })),
    );
    nowMs += 8 * 86_400_000;
    await expect(held.submit(envelope)).rejects.toMatchObject({ code: 'clock_skew' });
    await held.close();
    rmSync(dir, { recursive: true });
  });

  it('gives the second use of a transaction DUPLICATE_TXID, in another block or in the same', async () => {
    const envelope = await founded.envelope();
    expect(await founded.codeOf(envelope)).toBe('VALID');
    expect(await founded.codeOf(envelope)).toBe('DUPLICATE_TXID');
    const twice = await founded.envelope();
    expect(await Promise.all([founded.codeOf(twice), founded.codeOf(twice)])).toEqual(['VALID', 'DUPLICATE_TXID']);
  });

  it.each<[string, (endorsement: Endorsement) => Promise<Endorsement> | Endorsement]>([
    ['a signature with one bit changed', ({ endorser, signature }) => ({ endorser, signature: flipped(signature) })],
    ['no signature', ({ endorser }) => ({ endorser, signature: new Uint8Array() })],
    ['another endorser’s name', ({ signature }) => ({ endorser: new TextEncoder().encode('somebody'), signature })],
    [
      'the submitter’s own endorsement',
      async ({ endorser }) => ({ endorser, signature: await signWith(founded.hengyuan, endorser) }),
    ],
  ])('gives %s ENDORSEMENT_POLICY_FAILURE', async (_, tamper) => {
    const endorsed = await founded.endorsed();
    const envelope = await founded.envelope({ ...endorsed, endorsement: await tamper(endorsed.endorsement) });
    expect(await founded.codeOf(envelope)).toBe('ENDORSEMENT_POLICY_FAILURE');
  });

  it('gives a changed write set ENDORSEMENT_POLICY_FAILURE, and writes nothing of it', async () => {
    const signed = founded.registration();
    const endorsed = await founded.endorsed(signed);
    const { args } = signed.command;
    const text = Buffer.from(endorsed.response.payload).toString('latin1');
    const owner = text.indexOf(`"owner":"${founded.hengyuan.member}"`);
    expect(owner).toBeGreaterThan(0);
    const payload = flipped(endorsed.response.payload, owner + 10);
    const envelope = await founded.envelope({ ...endorsed, response: { ...endorsed.response, payload } });
    expect(await founded.codeOf(envelope)).toBe('ENDORSEMENT_POLICY_FAILURE');
    const port = connectAs(founded.hengyuan, 'http://ledger', { fetch: inProcess(() => founded.ledger) });
    expect(await port.query('query:get', { key: `site/${'site' in args ? args.site : ''}` })).toBeNull();
  });

  it('gives an endorsement of another proposal INVALID_ENDORSER_TRANSACTION', async () => {
    const [one, other] = [await founded.endorsed(), await founded.endorsed()];
    const swapped = { ...one, response: other.response, endorsement: other.endorsement };
    expect(await founded.codeOf(await founded.envelope(swapped))).toBe('INVALID_ENDORSER_TRANSACTION');
  });

  it('gives the later of two writers of one key MVCC_READ_CONFLICT, in one block and in the next', async () => {
    const signed = founded.registration();
    const ready = [];
    for (let at = 0; at < 3; at++) ready.push(await founded.envelope(await founded.endorsed(signed)));
    const [first, second, third] = ready as [Uint8Array, Uint8Array, Uint8Array];
    expect(await Promise.all([founded.codeOf(first), founded.codeOf(second)])).toEqual(['VALID', 'MVCC_READ_CONFLICT']);
    expect(await founded.codeOf(third)).toBe('MVCC_READ_CONFLICT');
  });

  it('gives a range that another filled meanwhile PHANTOM_READ_CONFLICT', async () => {
    const port = connectAs(founded.hengyuan, 'http://ledger', { fetch: inProcess(() => founded.ledger) });
    const signed = founded.registration();
    await port.submit(signed);
    const site = 'site' in signed.command.args ? String(signed.command.args.site) : '';
    const admission = () =>
      signedBy(founded.hengyuan, 'site:admit', {
        site,
        company: founded.qichuan.company,
        admission: freshId('adm'),
        from: new Date().toISOString(),
      });
    const [one, other] = [await founded.endorsed(admission()), await founded.endorsed(admission())];
    expect(await founded.codeOf(await founded.envelope(one))).toBe('VALID');
    expect(await founded.codeOf(await founded.envelope(other))).toBe('PHANTOM_READ_CONFLICT');
  });

  it('does not order an envelope whose creator did not sign it', async () => {
    const envelope = await founded.envelope();
    const { height } = founded.ledger.describe();
    await expect(founded.ledger.submit(flipped(envelope))).rejects.toMatchObject({ code: 'submitter_unknown' });
    await expect(founded.ledger.submit(encodeEnvelope(new Uint8Array(), new Uint8Array()))).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(founded.ledger.submit(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'invalid_input' });
    expect(founded.ledger.describe().height).toBe(height);
  });

  it('answers any changed byte of an envelope with a coded refusal or a code in its block, and never takes it for valid', {
    timeout: 60_000,
  }, async () => {
    const envelope = await founded.envelope();
    const outcomes = new Set<string>();
    for (let at = 0; at < envelope.length; at += 7) {
      outcomes.add(await founded.codeOf(flipped(envelope, at)).catch((error: { code?: string }) => String(error.code)));
    }
    expect(
      [...outcomes].filter((outcome) => !['invalid_input', 'submitter_unknown', 'wrong_channel'].includes(outcome)),
    ).toEqual([]);
  });
});
