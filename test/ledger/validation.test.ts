import * as rules from '@anlian/chaincode/rules';
import { type EmbeddedLedger, openEmbeddedLedger } from '@anlian/consortium/ledger';
import { type Endorsement, encodeEnvelope } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectAs, genesisWith, inProcess, quietLog, random, temporaryDirectory } from '../support/embeddedLedger.ts';
import { type FoundedLedger, flipped, openFoundedLedger } from '../support/foundedLedger.ts';
import { foundChannel, foundingGovernors, freshId, type Governor, signedBy } from '../support/governors.ts';
import { codeOf, endorse, envelopeOf, signWith } from '../support/rawLedger.ts';

describe('how the embedded ledger judges what it lets into a block', () => {
  let founded: FoundedLedger;
  let ledger: EmbeddedLedger;
  let hengyuan: Governor;
  let qichuan: Governor;
  const registration = () => founded.registration();

  beforeAll(async () => {
    founded = await openFoundedLedger();
    ({ ledger, hengyuan, qichuan } = founded);
  });
  afterAll(() => founded.close());

  it('gives an untouched transaction VALID', async () => {
    expect(await codeOf(ledger, await envelopeOf(hengyuan, await endorse(ledger, hengyuan, registration())))).toBe(
      'VALID',
    );
  });

  it('takes no endorsement that was held back: it would enter with the time at which it was asked for', async () => {
    const genesis = await genesisWith(await foundingGovernors());
    const governors = await foundingGovernors();
    let nowMs = Date.now();
    const held = await openEmbeddedLedger({
      dir: temporaryDirectory(),
      genesis: { ...genesis, msps: governors.map(({ mspId, msp }) => ({ mspId, rootCertPem: msp.caCertPem })) },
      contract: rules,
      clock: () => nowMs,
      random,
      log: quietLog,
    });
    const [owner] = governors as [Governor];
    await foundChannel(governors, connectAs(owner, 'http://ledger', { fetch: inProcess(() => held) }));
    const envelope = await envelopeOf(
      owner,
      await endorse(held, owner, signedBy(owner, 'site:register', { site: 'held-back' })),
    );
    nowMs += 8 * 86_400_000;
    await expect(held.submit(envelope)).rejects.toMatchObject({ code: 'clock_skew' });
    await held.close();
  });

  it('gives the second use of a transaction DUPLICATE_TXID, in another block or in the same', async () => {
    const envelope = await envelopeOf(hengyuan, await endorse(ledger, hengyuan, registration()));
    expect(await codeOf(ledger, envelope)).toBe('VALID');
    expect(await codeOf(ledger, envelope)).toBe('DUPLICATE_TXID');
    const twice = await envelopeOf(hengyuan, await endorse(ledger, hengyuan, registration()));
    expect(await Promise.all([codeOf(ledger, twice), codeOf(ledger, twice)])).toEqual(['VALID', 'DUPLICATE_TXID']);
  });

  it.each<[string, (endorsement: Endorsement) => Promise<Endorsement> | Endorsement]>([
    ['a signature with one bit changed', ({ endorser, signature }) => ({ endorser, signature: flipped(signature) })],
    ['no signature', ({ endorser }) => ({ endorser, signature: new Uint8Array() })],
    ['another endorser’s name', ({ signature }) => ({ endorser: new TextEncoder().encode('somebody'), signature })],
    [
      'the submitter’s own endorsement',
      async ({ endorser }) => ({ endorser, signature: await signWith(hengyuan, endorser) }),
    ],
  ])('gives %s ENDORSEMENT_POLICY_FAILURE', async (_, tamper) => {
    const endorsed = await endorse(ledger, hengyuan, registration());
    const envelope = await envelopeOf(hengyuan, { ...endorsed, endorsement: await tamper(endorsed.endorsement) });
    expect(await codeOf(ledger, envelope)).toBe('ENDORSEMENT_POLICY_FAILURE');
  });

  it('gives a changed write set ENDORSEMENT_POLICY_FAILURE, and writes nothing of it', async () => {
    const signed = registration();
    const endorsed = await endorse(ledger, hengyuan, signed);
    const { args } = signed.command;
    const text = Buffer.from(endorsed.response.payload).toString('latin1');
    const owner = text.indexOf(`"owner":"${hengyuan.member}"`);
    expect(owner).toBeGreaterThan(0);
    const payload = flipped(endorsed.response.payload, owner + 10);
    const envelope = await envelopeOf(hengyuan, { ...endorsed, response: { ...endorsed.response, payload } });
    expect(await codeOf(ledger, envelope)).toBe('ENDORSEMENT_POLICY_FAILURE');
    const port = connectAs(hengyuan, 'http://ledger', { fetch: inProcess(() => ledger) });
    expect(await port.query('query:get', { key: `site/${'site' in args ? args.site : ''}` })).toBeNull();
  });

  it('gives an endorsement of another proposal INVALID_ENDORSER_TRANSACTION', async () => {
    const [one, other] = [
      await endorse(ledger, hengyuan, registration()),
      await endorse(ledger, hengyuan, registration()),
    ];
    const swapped = { ...one, response: other.response, endorsement: other.endorsement };
    expect(await codeOf(ledger, await envelopeOf(hengyuan, swapped))).toBe('INVALID_ENDORSER_TRANSACTION');
  });

  it('gives the later of two writers of one key MVCC_READ_CONFLICT, in one block and in the next', async () => {
    const signed = registration();
    const ready = [];
    for (let at = 0; at < 3; at++) ready.push(await envelopeOf(hengyuan, await endorse(ledger, hengyuan, signed)));
    const [first, second, third] = ready as [Uint8Array, Uint8Array, Uint8Array];
    expect(await Promise.all([codeOf(ledger, first), codeOf(ledger, second)])).toEqual(['VALID', 'MVCC_READ_CONFLICT']);
    expect(await codeOf(ledger, third)).toBe('MVCC_READ_CONFLICT');
  });

  it('gives a range that another filled meanwhile PHANTOM_READ_CONFLICT', async () => {
    const port = connectAs(hengyuan, 'http://ledger', { fetch: inProcess(() => ledger) });
    const signed = registration();
    await port.submit(signed);
    const site = 'site' in signed.command.args ? String(signed.command.args.site) : '';
    const admission = () =>
      signedBy(hengyuan, 'site:admit', {
        site,
        company: qichuan.company,
        admission: freshId('adm'),
        from: new Date().toISOString(),
      });
    const [one, other] = [await endorse(ledger, hengyuan, admission()), await endorse(ledger, hengyuan, admission())];
    expect(await codeOf(ledger, await envelopeOf(hengyuan, one))).toBe('VALID');
    expect(await codeOf(ledger, await envelopeOf(hengyuan, other))).toBe('PHANTOM_READ_CONFLICT');
  });

  it('does not order an envelope whose creator did not sign it', async () => {
    const envelope = await envelopeOf(hengyuan, await endorse(ledger, hengyuan, registration()));
    const { height } = ledger.describe();
    await expect(ledger.submit(flipped(envelope))).rejects.toMatchObject({ code: 'submitter_unknown' });
    await expect(ledger.submit(encodeEnvelope(new Uint8Array(), new Uint8Array()))).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(ledger.submit(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'invalid_input' });
    expect(ledger.describe().height).toBe(height);
  });

  it('answers any changed byte of an envelope with a coded refusal or a code in its block, and never takes it for valid', {
    timeout: 60_000,
  }, async () => {
    const envelope = await envelopeOf(hengyuan, await endorse(ledger, hengyuan, registration()));
    const outcomes = new Set<string>();
    for (let at = 0; at < envelope.length; at += 7) {
      outcomes.add(await codeOf(ledger, flipped(envelope, at)).catch((error: { code?: string }) => String(error.code)));
    }
    expect(
      [...outcomes].filter((outcome) => !['invalid_input', 'submitter_unknown', 'wrong_channel'].includes(outcome)),
    ).toEqual([]);
  });
});
