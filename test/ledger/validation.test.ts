import { rmSync } from 'node:fs';
import * as rules from '@anlian/chaincode/rules';
import { type EmbeddedLedger, openEmbeddedLedger } from '@anlian/consortium/ledger';
import { decodeRefusal } from '@anlian/contracts';
import {
  buildProposal,
  createMsp,
  decodeBlock,
  decodeProposalResponse,
  derSequence,
  derUnsigned,
  type Endorsement,
  encodeEnvelope,
  encodeSignedProposal,
  headerHash,
  messages,
  signerOf,
  utf8,
} from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connectAs,
  genesisWith,
  inProcess,
  openIn,
  quietLog,
  random,
  temporaryDirectory,
} from '../support/embeddedLedger.ts';
import { CHANNEL, foundChannel, foundingGovernors, freshId, type Governor, signedBy } from '../support/governors.ts';
import { ask, codeOf, creatorOf, endorse, envelopeOf, proposalOf, signWith } from '../support/rawLedger.ts';

describe('what the embedded ledger lets into a block, and how it judges it there', () => {
  const dir = temporaryDirectory();
  let ledger: EmbeddedLedger;
  let hengyuan: Governor;
  let qichuan: Governor;
  let sites = 0;
  const registration = () => {
    sites += 1;
    return signedBy(hengyuan, 'site:register', { site: `site-${sites}` });
  };

  beforeAll(async () => {
    const governors = await foundingGovernors();
    [hengyuan, qichuan] = governors as [Governor, Governor];
    ledger = await openIn(dir, await genesisWith(governors));
    await foundChannel(governors, connectAs(hengyuan, 'http://ledger', { fetch: inProcess(() => ledger) }));
  });
  afterAll(async () => {
    await ledger.close();
    rmSync(dir, { recursive: true });
  });

  const flipped = (bytes: Uint8Array, at = bytes.length - 1): Uint8Array =>
    bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

  const isRefused = async (signed: Uint8Array): Promise<string | undefined> => {
    return decodeRefusal(decodeProposalResponse(await ledger.endorse(signed), 'invalid_input').message)?.code;
  };

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

  it.each([
    ['an unknown function', ['GetEverything', CHANNEL], 'unknown_command'],
    ['a name that every object has', ['constructor', CHANNEL], 'unknown_command'],
    ['another channel', ['GetChainInfo', 'other'], 'wrong_channel'],
    ['a number that is none', ['GetBlockByNumber', CHANNEL, '-1'], 'invalid_input'],
    ['a number beyond the height', ['GetBlockByNumber', CHANNEL, '999999'], 'not_found'],
    ['a transaction that is not there', ['GetTransactionByID', CHANNEL, 'ff'], 'not_found'],
    ['bytes that are no text', ['GetTransactionByID', CHANNEL, Uint8Array.of(0xff)], 'invalid_input'],
    ['a hash that is not there', ['GetBlockByHash', CHANNEL, Uint8Array.of(0xff)], 'not_found'],
  ])('refuses qscc with %s', async (_, args, code) => {
    expect(decodeRefusal((await ask(ledger, hengyuan, await systemCall(args))).message)?.code).toBe(code);
  });

  const systemCall = async (args: readonly (string | Uint8Array)[]): Promise<Uint8Array> => {
    const bytes = args.map((arg) => (typeof arg === 'string' ? utf8(arg) : arg));
    return (
      await buildProposal(
        { channel: CHANNEL, chaincode: 'qscc', args: bytes },
        { creator: creatorOf(hengyuan), nonce: random(24), timeMs: Date.now() },
      )
    ).bytes;
  };

  it('answers qscc with the same block by number, by hash and by transaction', async () => {
    const endorsed = await endorse(ledger, hengyuan, registration());
    const { blockNumber } = await ledger.submit(await envelopeOf(hengyuan, endorsed));
    const block = await ledger.block(blockNumber);
    const hash = await headerHash(decodeBlock(block, 'invalid_input').header);
    for (const args of [
      ['GetBlockByNumber', CHANNEL, String(blockNumber)],
      ['GetBlockByHash', CHANNEL, hash],
      ['GetBlockByTxID', CHANNEL, endorsed.txId],
    ]) {
      const { result } = await ask(ledger, hengyuan, await systemCall(args));
      expect(Buffer.compare(result, block)).toBe(0);
    }
    const { result } = await ask(ledger, hengyuan, await systemCall(['GetChainInfo', CHANNEL]));
    expect(messages.ledgerInfo.BlockchainInfo.deserializeBinary(result).toObject()).toMatchObject({
      height: blockNumber + 1,
      currentblockhash: Buffer.from(hash).toString('base64'),
    });
  });
});
