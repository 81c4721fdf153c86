import { BlockBundle, type BlockBundle as BlockProof, canonicalBytes } from '@anlian/contracts';
import {
  concatBytes,
  createMsp,
  decodeBlock,
  encodeEnvelope,
  encodeIdentity,
  type LedgerIdentity,
  messages,
  signerOf,
  splitEnvelope,
  VALIDATION_CODES,
} from '@anlian/sdk/ledger';
import { type BlockSubject, verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SPELLINGS, spellMetadata } from '../../sdk/src/verify/config/fixtures/spelling.ts';
import { BLOCK_ROWS } from '../support/byteRows.ts';
import { fieldsOf, withField } from '../support/fields.ts';
import { type BlockForgery, forgeBlock } from '../support/forgedBlock.ts';
import { onFabric } from '../support/forgedGenesis.ts';
import { forgeEnvelope, identityOf } from '../support/forgedProof.ts';
import { CHAINCODE, signedBy } from '../support/governors.ts';
import { blockBundle, blockBundleOf } from '../support/ledgerBundles.ts';
import { openProofCase } from '../support/proofCase.ts';
import { endorse, envelopeOf } from '../support/rawLedger.ts';

const { network, trust, port, other, stranger, refusalOf } = await openProofCase();
afterAll(() => network.close());

let bytes: Uint8Array;
let bundle: BlockProof;
let txId: string;
beforeAll(async () => {
  const committed = await network.ledger.submit(signedBy(port, 'site:register', { site: 'berth-3' }));
  txId = committed.txId;
  bytes = await network.ledger.block(committed.blockNumber);
  bundle = blockBundleOf(bytes);
});

const verdictOn = (file: BlockProof) => verifyBundle(canonicalBytes(file), trust, { now: new Date() });
const subjectOf = async (file: BlockProof) => (await verdictOn(file)).subject as BlockSubject | undefined;

describe('a block', () => {
  it('is proven as it is, lists its transactions, and says by itself that their validity is unproven', async () => {
    const verdict = await verdictOn(bundle);
    expect(verdict).toMatchObject({
      verdict: 'proven',
      trust: 'single-operator',
      kind: 'block',
      subject: {
        number: decodeBlock(bytes, 'invalid_input').header.number,
        validity: 'unproven',
        transactions: [{ index: 0, kind: 'call', txId, call: 'site:register', endorsed: true, marked: 'VALID' }],
      },
    });
    expect(verdict.checks.map(({ name }) => name)).toEqual([
      'trust_form',
      'trust_genesis',
      'trust_configuration',
      'bundle_form',
      'block_form',
      'channel',
      'chaincode',
      'block_data',
      'block_signature',
      'block_transactions',
    ]);
  });

  it('may be the first one', async () => {
    const first = await subjectOf(await blockBundle(network.ledger, 0));
    expect(first).toMatchObject({ number: 0, hash: trust.genesisHash, transactions: [{ kind: 'configuration' }] });
  });

  it('names the block before it, so that a reader can put blocks in a row', async () => {
    const { number } = decodeBlock(bytes, 'invalid_input').header;
    const before = await subjectOf(await blockBundle(network.ledger, number - 1));
    expect((await subjectOf(bundle))?.previousHash).toBe(before?.hash);
  });

  it.each(BLOCK_ROWS)('with one byte changed in %s (%s) fails', async (field, _what, change, expected) => {
    const changed = withField(bundle, field, change);
    expect(changed).not.toEqual(bundle);
    expect(await refusalOf(changed)).toBe(expected);
  });

  it('has a row above for every field of its schema', () => {
    expect([...new Set(BLOCK_ROWS.map(([field]) => field))].sort()).toEqual(fieldsOf(BlockBundle).sort());
  });

  it.each([
    ['one transaction as lost', VALIDATION_CODES.MVCC_READ_CONFLICT, 'MVCC_READ_CONFLICT'],
    ['a code that nobody defined', 200, 'INVALID_OTHER_REASON'],
  ])('proves no less with %s in its filter, since nobody signs it', async (_, code, marked) => {
    const subject = await subjectOf(blockBundleOf(await forgeBlock(bytes, { filter: Uint8Array.of(code) })));
    expect(subject).toMatchObject({ validity: 'unproven', transactions: [{ marked, endorsed: true }] });
  });
});

describe('a block that somebody made up', () => {
  const forged = async (forgery: BlockForgery) => blockBundleOf(await forgeBlock(bytes, forgery));
  const operators = () => ({ signedBy: [network.operator] });

  it('is proven on the operator’s word, who could make it up', async () => {
    expect(await refusalOf(await forged(operators()))).toBe('proven');
  });

  it.each<[string, () => BlockForgery | Promise<BlockForgery>]>([
    ['nobody', () => ({ signedBy: [] })],
    ['a stranger', () => ({ signedBy: [stranger] })],
    ['a governor, who does not order', () => ({ signedBy: [identityOf(port)] })],
    ['a stranger under the operator’s name', () => ({ signedBy: [{ ...stranger, mspId: 'operatorMSP' }] })],
    [
      'another key under the operator’s certificate',
      () => ({ signedBy: [{ ...network.operator, sign: stranger.sign }] }),
    ],
    ['the operator and a stranger', () => ({ signedBy: [network.operator, stranger] })],
    ['the operator twice', () => ({ signedBy: [network.operator, network.operator] })],
    ['the operator, over another header', () => ({ header: { number: 7 } })],
    ['the operator, under a configuration that the trust file lacks', () => ({ ...operators(), lastConfig: 2 })],
    ['the operator, in place of the first one', () => ({ ...operators(), header: { number: 0 } })],
  ])('is refused when it is signed by %s', async (_, forgery) => {
    expect(await refusalOf(await forged(await forgery()))).toBe('block_signature');
  });

  it('is refused when one who may order nothing carries the operator’s name', async () => {
    const msp = await createMsp({
      mspId: 'operatorMSP',
      organisation: '外人',
      roles: ['orderer'],
      crypto: globalThis.crypto,
      now: new Date(),
    });
    const impostor = { mspId: 'operatorMSP', certPem: msp.certPem, sign: signerOf(msp.keyPem) };
    expect(await refusalOf(await forged({ signedBy: [impostor] }))).toBe('block_signature');
  });

  it('is refused before its transactions are looked at when it holds more than any orderer cuts', async () => {
    const envelopes = Array<Uint8Array>(10_001).fill(new Uint8Array());
    expect(await refusalOf(await forged({ ...operators(), envelopes }))).toBe('block_form');
  });

  it.each([
    ['another last configuration', 1],
    ['the slot that orderers left', 3],
    ['a slot that there is not', 5],
  ])('is refused with bytes that nobody signed in %s', async (_, slot) => {
    const block = messages.common.Block.deserializeBinary(bytes);
    const slots = block.getMetadata()?.getMetadataList_asU8() ?? [];
    const surplus = new messages.common.Metadata();
    surplus.setValue(Uint8Array.of(8, 99));
    slots[slot] = surplus.serializeBinary();
    block.getMetadata()?.setMetadataList(slots);
    expect(await refusalOf(blockBundleOf(block.serializeBinary()))).toBe('block_form');
  });

  it.each(SPELLINGS)('is refused with the signatures of its orderers %s, which nobody signed', async (_, spell) => {
    expect(await refusalOf(blockBundleOf(spellMetadata(bytes, spell)))).toBe('block_form');
  });

  it('is refused when it holds nothing that names the channel', async () => {
    expect(await refusalOf(await forged({ ...operators(), envelopes: [] }))).toBe('channel');
    expect(await refusalOf(await forged({ ...operators(), envelopes: [Uint8Array.of(1, 2, 3)] }))).toBe('channel');
  });

  const registration = () => ({
    signed: signedBy(port, 'site:register', { site: 'made-up' }),
    result: { site: 'made-up' },
    submitter: identityOf(port),
    endorsers: [network.operator],
  });
  const holding = async (change: Partial<Parameters<typeof forgeEnvelope>[0]>, code: number) => {
    const { envelope } = await forgeEnvelope({ ...registration(), ...change });
    return forged({ ...operators(), envelopes: [envelope], filter: Uint8Array.of(code) });
  };

  const UNFIT: readonly (readonly [string, () => Partial<Parameters<typeof forgeEnvelope>[0]>])[] = [
    ['endorsed by nobody', () => ({ endorsers: [] })],
    ['endorsed by a governor in the operator’s place', () => ({ endorsers: [identityOf(other)] })],
    ['endorsed by a stranger', () => ({ endorsers: [stranger] })],
    ['submitted by a stranger', () => ({ submitter: stranger })],
    ['signed by another than its submitter', () => ({ envelopeBy: identityOf(other) })],
    ['under an id that is not its own', () => ({ claimedTxId: 'a'.repeat(64) })],
    ['that the chaincode refused', () => ({ status: 500 })],
  ];
  it.each(UNFIT)('is refused when it marks valid a transaction %s', async (_, change) => {
    expect(await refusalOf(await holding(change(), VALIDATION_CODES.VALID))).toBe('block_transactions');
  });

  it.each(UNFIT)('may hold a transaction %s that it marks invalid, and tells so', async (_, change) => {
    const subject = await subjectOf(await holding(change(), VALIDATION_CODES.ENDORSEMENT_POLICY_FAILURE));
    expect(subject?.transactions).toMatchObject([{ endorsed: false, marked: 'ENDORSEMENT_POLICY_FAILURE' }]);
  });

  it.each<[string, () => readonly LedgerIdentity[]]>([
    ['a stranger', () => [stranger, network.operator]],
    ['a governor in the operator’s place', () => [identityOf(other), network.operator]],
    [
      'another key under the operator’s certificate',
      () => [{ ...network.operator, sign: stranger.sign }, network.operator],
    ],
    ['the operator again', () => [network.operator, network.operator]],
  ])('may hold a transaction to which its carrier added the endorsement of %s', async (_, endorsers) => {
    const file = await holding({ endorsers: endorsers() }, VALIDATION_CODES.VALID);
    expect((await subjectOf(file))?.transactions).toMatchObject([{ endorsed: true, marked: 'VALID' }]);
  });

  /** A field 15, which no message of Fabric has. */
  const spelled = (envelope: Uint8Array): Uint8Array => concatBytes(envelope, Uint8Array.of(0x7a, 1, 0x78));
  const holdingEnvelope = (envelope: Uint8Array, code: number = VALIDATION_CODES.VALID) =>
    forged({ ...operators(), envelopes: [envelope], filter: Uint8Array.of(code) });
  const named = (bytes: Uint8Array): Uint8Array => {
    const { Payload, Header, ChannelHeader } = messages.common;
    const { payload, signature } = splitEnvelope(bytes, 'invalid_input');
    const whole = Payload.deserializeBinary(payload);
    const header = whole.getHeader() ?? new Header();
    const channelHeader = ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
    const extension = new messages.proposal.ChaincodeHeaderExtension();
    const id = new messages.chaincode.ChaincodeID();
    id.setName(CHAINCODE);
    extension.setChaincodeId(id);
    channelHeader.setExtension$(extension.serializeBinary());
    header.setChannelHeader(channelHeader.serializeBinary());
    whole.setHeader(header);
    return encodeEnvelope(whole.serializeBinary(), signature);
  };
  const twice = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const whole = messages.common.Payload.deserializeBinary(splitEnvelope(bytes, 'invalid_input').payload);
    const transaction = messages.transaction.Transaction.deserializeBinary(whole.getData_asU8());
    transaction.setActionsList([...transaction.getActionsList(), ...transaction.getActionsList()]);
    whole.setData(transaction.serializeBinary());
    const payload = whole.serializeBinary();
    return encodeEnvelope(payload, await identityOf(port).sign(payload));
  };

  it('lists a transaction that its submitter spelled in another way, as the peers read it', async () => {
    const { envelope, txId: id } = await forgeEnvelope(registration());
    const subject = await subjectOf(await holdingEnvelope(spelled(envelope)));
    expect(subject?.transactions).toMatchObject([
      { kind: 'call', txId: id, call: 'site:register', endorsed: true, marked: 'VALID' },
    ]);
  });

  it('lists a transaction whose submitter spelled its own identity in another way', async () => {
    const creator = concatBytes(encodeIdentity(identityOf(port)), Uint8Array.of(0x7a, 1, 0x78));
    const { envelope } = await forgeEnvelope({ ...registration(), creator });
    expect((await subjectOf(await holdingEnvelope(envelope)))?.transactions).toMatchObject([{ endorsed: true }]);
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ['another spelling', async () => spelled((await forgeEnvelope({ ...registration(), endorsers: [] })).envelope)],
    [
      'another chaincode’s name beside its arguments',
      async () => named((await forgeEnvelope({ ...registration(), endorsers: [], chaincode: 'another' })).envelope),
    ],
    ['two actions', async () => twice((await forgeEnvelope(registration())).envelope)],
    ['nothing that can be read', async () => Uint8Array.of(0xff, 0xff)],
  ])('hides no transaction behind %s: marked valid, it gives the block away', async (_, envelope) => {
    const { envelopes } = decodeBlock(bytes, 'invalid_input');
    const filter = Uint8Array.of(VALIDATION_CODES.VALID, VALIDATION_CODES.VALID);
    const file = await forged({ ...operators(), envelopes: [...envelopes, await envelope()], filter });
    expect(await refusalOf(file)).toBe('block_transactions');
  });

  it('is refused for more signatures than anybody needs, and not as a fault of the trust file', async () => {
    expect(await refusalOf(await forged({ signedBy: Array(257).fill(stranger) }))).toBe('block_signature');
  });

  it('is refused when one of its transactions is of another channel', async () => {
    expect(await refusalOf(await holding({ channel: 'another' }, VALIDATION_CODES.VALID))).toBe('channel');
  });

  it('may hold nonsense that somebody had ordered, beside the rest', async () => {
    const { envelopes } = decodeBlock(bytes, 'invalid_input');
    const nonsense = Uint8Array.of(0xff, 0xff);
    const filter = Uint8Array.of(0, VALIDATION_CODES.BAD_PAYLOAD);
    const subject = await subjectOf(await forged({ ...operators(), envelopes: [...envelopes, nonsense], filter }));
    expect(subject?.transactions[1]).toEqual({
      index: 1,
      kind: 'unreadable',
      txId: null,
      txTime: null,
      call: null,
      endorsed: null,
      marked: 'BAD_PAYLOAD',
    });
  });
});

describe('governors that order', () => {
  it('do not lend a block the weight of a transaction that too few of them endorsed', async () => {
    const endorsed = await endorse(network.embedded, port, signedBy(port, 'site:register', { site: 'few' }));
    const envelope = await envelopeOf(port, endorsed);
    const msp = await createMsp({
      mspId: network.operator.mspId,
      organisation: '排序组织',
      roles: ['orderer'],
      crypto: globalThis.crypto,
      now: new Date(),
    });
    const orderer = { ...network.operator, certPem: msp.certPem, sign: signerOf(msp.keyPem) };
    const file = blockBundleOf(await forgeBlock(bytes, { envelopes: [envelope], signedBy: [orderer] }));
    expect(await refusalOf(file, { trusted: await onFabric(trust, msp.caCertPem) })).toBe('block_transactions');
  });
});
