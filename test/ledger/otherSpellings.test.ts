import { BATCH_NAME, CHAINCODE_EVENT_NAME, canonicalBytes, encodeBatch } from '@anlian/contracts';
import {
  assembleTransaction,
  buildProposal,
  concatBytes,
  dataHash,
  decodeTransaction,
  encodeBlock,
  encodeEnvelope,
  encodeResponsePayload,
  encodeSignatureHeader,
  executedBlock,
  followBlock,
  messages,
  utf8,
} from '@anlian/sdk/ledger';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHAINCODE, CHANNEL, foundingGovernors, type Governor, signedBy } from '../support/governors.ts';
import { creatorOf } from '../support/rawLedger.ts';

const VALID = 0;
const MVCC_READ_CONFLICT = 11;
const NOW_MS = Date.parse('2026-11-22T08:00:00.000Z');
const NOTHING = new Uint8Array();
const NONCE = new Uint8Array(24).fill(7);

/** A length-delimited field of any message. */
const field = (number: number, bytes: Uint8Array): Uint8Array => {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    if (rest < 0x80) return concatBytes(Uint8Array.of((number << 3) | 2, ...length, rest), bytes);
    length.push((rest & 0x7f) | 0x80);
  }
};
/** No message of Fabric has a field 15. */
const UNKNOWN = field(15, utf8('unknown'));
/** As deep as Go goes: `protowire` refuses what is deeper than 10 000. */
const DEEP = new Uint8Array(18_000).fill((15 << 3) | 3, 0, 9_000).fill((15 << 3) | 4, 9_000);
const with15 = (bytes: Uint8Array): Uint8Array => concatBytes(bytes, UNKNOWN);

interface Parts {
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  readonly data: Uint8Array;
}
const sealed = (payload: Uint8Array): Uint8Array => encodeEnvelope(payload, Uint8Array.of(1));
const headerOf = (parts: Parts): Uint8Array =>
  concatBytes(field(1, parts.channelHeader), field(2, parts.signatureHeader));
const payloadOf = (parts: Parts): Uint8Array => concatBytes(field(1, headerOf(parts)), field(2, parts.data));
const whole = (parts: Parts): Uint8Array => sealed(payloadOf(parts));
const createdBy = (parts: Parts, creator: Uint8Array): Parts => ({
  ...parts,
  signatureHeader: encodeSignatureHeader(creator, NONCE),
});
const timed = (parts: Parts, seconds: number | undefined): Parts => {
  const header = messages.common.ChannelHeader.deserializeBinary(parts.channelHeader);
  if (seconds === undefined) header.clearTimestamp();
  else header.getTimestamp()?.setSeconds(seconds);
  return { ...parts, channelHeader: header.serializeBinary() };
};

describe('a valid transaction in another spelling than ours', () => {
  let governor: Governor;
  let signed: ReturnType<typeof signedBy>;
  beforeAll(async () => {
    [governor] = (await foundingGovernors()) as [Governor];
    signed = signedBy(governor, 'site:register', { site: 'yard' });
  });

  const command = (): Uint8Array[] => [utf8(signed.command.name), canonicalBytes(signed.command), utf8(signed.actor)];
  const partsOf = async (
    args: readonly Uint8Array[] = command(),
    chaincode = CHAINCODE,
    answered: { readonly event?: unknown; readonly result?: string } = {},
  ): Promise<Parts> => {
    const { bytes, txId } = await buildProposal(
      { channel: CHANNEL, chaincode, args },
      { creator: creatorOf(governor), nonce: NONCE, timeMs: NOW_MS },
    );
    const { event, result = 'null' } = answered;
    const told = event === undefined ? undefined : { name: CHAINCODE_EVENT_NAME, payload: canonicalBytes(event) };
    const action = { chaincode, status: 200, payload: utf8(result), readWriteSet: NOTHING, event: told };
    const endorsed = encodeResponsePayload(new Uint8Array(32), txId, action);
    const payload = assembleTransaction(bytes, endorsed, [{ endorser: creatorOf(governor), signature: NONCE }]);
    const { header } = decodeTransaction(sealed(payload), 'invalid_input');
    const data = messages.common.Payload.deserializeBinary(payload).getData_asU8();
    return { channelHeader: header.channelHeader, signatureHeader: header.signatureHeader, data };
  };
  const blockOf = async (envelope: Uint8Array, code = VALID): Promise<Uint8Array> =>
    encodeBlock({
      header: { number: 1, previousHash: new Uint8Array(32), dataHash: await dataHash([envelope]) },
      envelopes: [envelope],
      ordererMetadata: NOTHING,
      signatures: [],
      filter: Uint8Array.of(code),
      commitHash: undefined,
      lastConfig: 0,
    });
  const followed = async (envelope: Uint8Array, code = VALID) => followBlock(await blockOf(envelope, code), CHAINCODE);
  const executed = async (envelope: Uint8Array) => executedBlock(await blockOf(envelope), CHAINCODE).transactions;

  it.each<[string, (parts: Parts) => Uint8Array | Promise<Uint8Array>]>([
    ['nothing unusual', whole],
    ['an unknown field in its envelope', (parts) => with15(whole(parts))],
    ['groups in it, as deep as Go reads them', (parts) => concatBytes(whole(parts), DEEP)],
    ['an unknown field in its payload', (parts) => sealed(with15(payloadOf(parts)))],
    [
      'an unknown field in its header',
      (parts) => sealed(concatBytes(field(1, with15(headerOf(parts))), field(2, parts.data))),
    ],
    [
      'its header in two pieces, which Go merges',
      ({ channelHeader, signatureHeader, data }) =>
        sealed(concatBytes(field(1, field(1, channelHeader)), field(1, field(2, signatureHeader)), field(2, data))),
    ],
    [
      'an unknown field in its channel header',
      (parts) => whole({ ...parts, channelHeader: with15(parts.channelHeader) }),
    ],
    [
      'an unknown field in its signature header, which its action has not',
      (parts) => whole({ ...parts, signatureHeader: with15(parts.signatureHeader) }),
    ],
    ['an unknown field in its creator', (parts) => whole(createdBy(parts, with15(creatorOf(governor))))],
    [
      'bytes that are no text before the creator’s certificate, which Go skips',
      (parts) => {
        const identity = new messages.identities.SerializedIdentity();
        identity.setMspid(governor.mspId);
        identity.setIdBytes(concatBytes(Uint8Array.of(0xff, 0x0a), utf8(governor.msp.certPem)));
        return whole(createdBy(parts, identity.serializeBinary()));
      },
    ],
    ['an unknown field in its transaction', (parts) => whole({ ...parts, data: with15(parts.data) })],
    [
      'another chaincode’s name beside the arguments, where no peer looks',
      async ({ channelHeader }) => whole({ ...(await partsOf(command(), 'another')), channelHeader }),
    ],
  ])('with %s is followed, and given to who runs it again', async (_, spell) => {
    const envelope = await spell(await partsOf());
    const { txs, unread } = await followed(envelope);
    expect(txs).toMatchObject([{ code: 'VALID', mspId: governor.mspId, command: signed, result: null }]);
    expect(unread).toEqual([]);
    expect(await executed(envelope)).toMatchObject([
      { txId: txs[0]?.txId, txTime: txs[0]?.txTime, mspId: governor.mspId, chaincode: CHAINCODE, args: command() },
    ]);
  });

  it.each<[string, (parts: Parts) => Uint8Array | Promise<Uint8Array>]>([
    ['without a time', (parts) => whole(timed(parts, undefined))],
    ['of a time that no calendar has', (parts) => whole(timed(parts, 1e15))],
    ['of a time before 1970', (parts) => whole(timed(parts, -1))],
    ['with an unknown field in its creator', (parts) => whole(createdBy(parts, with15(creatorOf(governor))))],
    ['with a creator in no form', (parts) => whole(createdBy(parts, Uint8Array.of(0x0a, 0x7f)))],
    ['with our name beside its arguments', async ({ channelHeader }) => whole({ ...(await partsOf()), channelHeader })],
  ])('and another chaincode’s %s is passed over', async (_, spell) => {
    for (const chaincode of ['_lifecycle', 'another']) {
      const envelope = await spell(await partsOf(command(), chaincode));
      expect(await followed(envelope)).toMatchObject({ txs: [], unread: [] });
      expect(await executed(envelope)).toEqual([]);
    }
  });

  it.each<[string, () => readonly Uint8Array[]]>([
    ['a command with a surplus argument', () => [...command(), NOTHING]],
    ['a command without its actor', () => command().slice(0, 2)],
    ['a batch with a surplus argument', () => [utf8(BATCH_NAME), utf8('[]'), NOTHING]],
  ])('that is %s stops nobody and is named as unread, where it is valid', async (_, args) => {
    const envelope = whole(await partsOf(args()));
    const { txs, unread } = await followed(envelope);
    expect([txs, unread]).toMatchObject([[], [{ index: 0, mspId: governor.mspId }]]);
    expect(await followed(envelope, MVCC_READ_CONFLICT)).toMatchObject({ txs: [], unread: [] });
    expect(await executed(envelope)).toHaveLength(1);
  });

  const site = (command: object): Uint8Array => canonicalBytes({ ...signed.command, ...command });
  it.each<[string, () => Promise<Parts>]>([
    ['whose command is no JSON', () => partsOf([utf8('site:register'), utf8('{'), utf8(signed.actor)])],
    ['whose command has another name', () => partsOf([utf8('site:release'), site({}), utf8(signed.actor)])],
    [
      'whose command is spelled with a space',
      () => partsOf([utf8('site:register'), concatBytes(site({}), utf8(' ')), utf8(signed.actor)]),
    ],
    [
      'whose command lacks what its schema asks for',
      () => partsOf([utf8('site:register'), site({ args: {} }), utf8(signed.actor)]),
    ],
    ['whose name is no text', () => partsOf([Uint8Array.of(0xff), site({}), utf8(signed.actor)])],
    ['whose answer is no JSON', () => partsOf(command(), CHAINCODE, { result: '' })],
    [
      'that tells of an event that nobody knows',
      () => partsOf(command(), CHAINCODE, { event: [{ name: 'site.lost' }] }),
    ],
    [
      'that tells of an event without its data',
      () => partsOf(command(), CHAINCODE, { event: [{ name: 'site.registered' }] }),
    ],
    [
      'of a batch that is answered for more commands than it has',
      () => partsOf([utf8(BATCH_NAME), encodeBatch([signed])], CHAINCODE, { result: '[null,null]' }),
    ],
    [
      'of a batch that tells of a command it has not',
      () =>
        partsOf([utf8(BATCH_NAME), encodeBatch([signed])], CHAINCODE, {
          result: '[null]',
          event: [
            { commandId: `cmd_${'f'.repeat(32)}`, name: 'site.registered', data: { site: 'yard', owner: 'hengyuan' } },
          ],
        }),
    ],
  ])('%s stops nobody either', async (_, parts) => {
    const envelope = whole(await parts());
    expect(await followed(envelope)).toMatchObject({ txs: [], unread: [{ index: 0, mspId: governor.mspId }] });
    expect(await followed(envelope, MVCC_READ_CONFLICT)).toMatchObject({ txs: [], unread: [] });
    expect(await executed(envelope)).toHaveLength(1);
  });

  it('a query is no command, read or unread', async () => {
    expect(await followed(whole(await partsOf([utf8('sites'), utf8('{}')])))).toMatchObject({ txs: [], unread: [] });
  });

  it('is not taken into a proof file, which has one spelling only', async () => {
    const envelope = whole(await partsOf());
    expect(decodeTransaction(envelope, 'invalid_input').chaincode).toBe(CHAINCODE);
    expect(() => decodeTransaction(with15(envelope), 'invalid_input')).toThrow();
  });
});
