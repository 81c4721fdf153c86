import { canonicalBytes } from '@anlian/contracts';
import {
  assembleTransaction,
  buildProposal,
  concatBytes,
  decodeProposal,
  decodeTransaction,
  encodeChannelHeader,
  encodeEnvelope,
  encodeHeader,
  encodeIdentity,
  encodeProcessed,
  encodeResponsePayload,
  type LedgerIdentity,
  messages,
  NONCE_BYTES,
  proposalHash,
  RESPONSE_OK,
  utf8,
  VALIDATION_CODES,
} from '@anlian/sdk/ledger';
import { type BlockSubject, verifyBundle } from '@anlian/sdk/verify';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../support/embeddedLedger.ts';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { forgeBlock } from '../support/forgedBlock.ts';
import { identityOf } from '../support/forgedProof.ts';
import { CHAINCODE, CHANNEL, signedBy } from '../support/governors.ts';
import { blockBundleOf } from '../support/ledgerBundles.ts';
import { openProofCase } from '../support/proofCase.ts';

const { network, trust, port, refusalOf } = await openProofCase();
afterAll(() => network.close());

const OTHER = 'another';

/** Where a transaction names its chaincode. */
interface Names {
  /** `ChaincodeHeaderExtension` */
  readonly header: string;
  /** `ChaincodeInvocationSpec` */
  readonly call: string;
  /** `ChaincodeAction` */
  readonly answer: string;
}
const OURS: Names = { header: CHAINCODE, call: CHAINCODE, answer: CHAINCODE };

interface Asked {
  readonly bytes: Uint8Array;
  readonly txId: string;
}

/** A proposal whose header names one chaincode, and the call in it another. */
const propose = async ({ header: name, call }: Names, args: readonly Uint8Array[]): Promise<Asked> => {
  const creator = encodeIdentity(identityOf(port));
  const honest = await buildProposal(
    { channel: CHANNEL, chaincode: call, args },
    { creator, nonce: random(NONCE_BYTES), timeMs: Date.now() },
  );
  const { header, payload } = decodeProposal(honest.bytes, 'invalid_input');
  const { type, txId, txTime, signatureHeader } = header;
  const timeMs = Date.parse(txTime);
  const message = new messages.proposal.Proposal();
  const channelHeader = encodeChannelHeader({ type, channel: CHANNEL, chaincode: name, txId, timeMs });
  message.setHeader(encodeHeader(channelHeader, signatureHeader));
  message.setPayload(payload);
  return { bytes: message.serializeBinary(), txId };
};

const answer = async ({ bytes, txId }: Asked, chaincode: string, payload: Uint8Array, by: LedgerIdentity) => {
  const hash = await proposalHash(decodeProposal(bytes, 'invalid_input'));
  const action = { chaincode, status: RESPONSE_OK, payload, readWriteSet: new Uint8Array(), event: undefined };
  const response = encodeResponsePayload(hash, txId, action);
  const endorser = encodeIdentity(by);
  return { response, endorsements: [{ endorser, signature: await by.sign(concatBytes(response, endorser)) }] };
};

/** A transaction under real signatures of whoever must sign it. */
const envelopeNaming = async (names: Names): Promise<Uint8Array> => {
  const { command, actor } = signedBy(port, 'site:register', { site: 'made-up' });
  const asked = await propose(names, [utf8(command.name), canonicalBytes(command), utf8(actor)]);
  const result = canonicalBytes({ site: 'made-up' });
  const { response, endorsements } = await answer(asked, names.answer, result, network.operator);
  const payload = assembleTransaction(asked.bytes, response, endorsements);
  return encodeEnvelope(payload, await identityOf(port).sign(payload));
};

const ROWS: readonly (readonly [string, Names])[] = [
  ['the header', { ...OURS, header: OTHER }],
  ['the call', { ...OURS, call: OTHER }],
  ['the answer', { ...OURS, answer: OTHER }],
  ['header and call', { ...OURS, header: OTHER, call: OTHER }],
  ['call and answer', { ...OURS, call: OTHER, answer: OTHER }],
  ['header and answer', { ...OURS, header: OTHER, answer: OTHER }],
];

describe('a proof of one transaction', () => {
  const proofOf = async (names: Names) => {
    const envelope = await envelopeNaming(names);
    const asked = await propose({ header: 'qscc', call: 'qscc', answer: 'qscc' }, [
      utf8('GetTransactionByID'),
      utf8(CHANNEL),
      utf8(decodeTransaction(envelope, 'invalid_input').header.txId),
    ]);
    const held = encodeProcessed(envelope, VALIDATION_CODES.VALID);
    const { response, endorsements } = await answer(asked, 'qscc', held, network.operator);
    return transactionBundle({ proposal: asked.bytes, payload: response, endorsements });
  };

  it('is one as it is', async () => {
    expect(await refusalOf(await proofOf(OURS))).not.toBe('chaincode');
  });

  it.each(ROWS)('is none when %s names another chaincode', async (_, names) => {
    expect(await refusalOf(await proofOf(names))).toBe('chaincode');
  });
});

describe('a block', () => {
  const block = async (names: Names, code: number) => {
    const { height } = await network.ledger.describe();
    const newest = await network.ledger.block(height - 1);
    const envelopes = [await envelopeNaming(names)];
    const filter = Uint8Array.of(code);
    return blockBundleOf(await forgeBlock(newest, { envelopes, filter, signedBy: [network.operator] }));
  };
  const listed = async (names: Names, code: number) => {
    const verdict = await verifyBundle(canonicalBytes(await block(names, code)), trust, { now: new Date() });
    return (verdict.subject as BlockSubject | undefined)?.transactions[0];
  };

  it('lists a call of ours', async () => {
    expect(await listed(OURS, VALIDATION_CODES.VALID)).toMatchObject({ call: 'site:register', endorsed: true });
  });

  it.each(ROWS.filter(([, { header, answer }]) => header === CHAINCODE || answer === CHAINCODE))(
    'is refused when it marks valid what names ours, and in %s another',
    async (_, names) => {
      expect(await refusalOf(await block(names, VALIDATION_CODES.VALID))).toBe('block_transactions');
      const marked = VALIDATION_CODES.INVALID_OTHER_REASON;
      expect(await listed(names, marked)).toMatchObject({ endorsed: false, marked: 'INVALID_OTHER_REASON' });
    },
  );

  it('leaves to another chaincode what it answered, whomever the call says that it is for', async () => {
    const names = { header: OTHER, call: CHAINCODE, answer: OTHER };
    expect(await listed(names, VALIDATION_CODES.VALID)).toMatchObject({
      call: `${OTHER}/site:register`,
      endorsed: null,
    });
  });
});
