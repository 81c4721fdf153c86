import { canonicalText, VIEW_FUNCTION, type ViewAnswer, type ViewQuestion } from '@anlian/contracts';
import {
  decodeAnswer,
  decodeAttested,
  decodeReadWriteSets,
  type EndorsedAnswer,
  fromUtf8,
  proposalHash,
  sameBytes,
} from '@anlian/sdk/ledger';
import { expect, it } from 'vitest';
import { CHAINCODE, CHANNEL } from '../support/governors.ts';
import { refusal, type SceneOf, take } from './scene.ts';

/** What the ledger hands out to be proven to others. */
export const proofPromises = (scene: SceneOf): void => {
  it('hands out the same block bytes that it follows with, and none beyond its height', async () => {
    const { ledger } = scene();
    const { height } = await ledger.describe();
    const [block] = await take(ledger, height - 1, () => true);
    expect(sameBytes(await ledger.block(height - 1), block?.bytes ?? new Uint8Array())).toBe(true);
    expect(await refusal(ledger.block(height + 1_000_000))).toBe('not_found');
  });

  it('attests a transaction: the envelope and its code, over the hash of the question', async () => {
    const { ledger, newSite, registerSite, differences } = scene();
    const commit = await registerSite(newSite());
    const given = await ledger.attest(commit.txId);
    const { question, answer } = decodeAnswer(given, 'invalid_input');
    const attested = decodeAttested({ question, answer });
    expect(attested).toMatchObject({ validationCode: 'VALID', answeredBy: 'qscc', status: 200 });
    expect(attested.asked).toMatchObject({
      chaincode: 'qscc',
      function: 'GetTransactionByID',
      channel: CHANNEL,
      txId: commit.txId,
    });
    expect(attested.transaction.header.txId).toBe(commit.txId);
    expect(sameBytes(await proposalHash(question), answer.proposalHash)).toBe(true);
    expect(given.endorsements).toHaveLength(differences.attestations);
    expect(await refusal(ledger.attest('0'.repeat(64)))).toBe('not_found');
  });

  it('shows the value of one fact, read alone, over the hash of the question', async () => {
    const { ledger, newSite, registerSite, hengyuan } = scene();
    const site = newSite();
    await registerSite(site);
    const question: ViewQuestion = { type: 'site', key: [site] };
    const before = Date.now();
    const { answer, reads, signers } = await openView(await ledger.view(question), question);
    expect(answer).toEqual({ ...question, value: { version: 1, site, owner: hengyuan.member }, asOf: answer.asOf });
    expect(Date.parse(answer.asOf)).toBeGreaterThanOrEqual(before);
    expect(reads).toEqual([{ key: `site/${site}`, version: expect.anything() }]);
    expect(signers).toBe(scene().differences.attestations);
  });

  it('shows that there is no such fact', async () => {
    const { ledger } = scene();
    const question: ViewQuestion = { type: 'site', key: ['nowhere'] };
    const { answer, reads } = await openView(await ledger.view(question), question);
    expect(answer.value).toBeNull();
    expect(reads).toEqual([{ key: 'site/nowhere', version: undefined }]);
  });

  it('shows the newest value right after it changed', async () => {
    const { ledger, newSite, registerSite } = scene();
    for (let turn = 0; turn < 5; turn++) {
      const site = newSite();
      await registerSite(site);
      const question: ViewQuestion = { type: 'site', key: [site] };
      expect((await openView(await ledger.view(question), question)).answer.value).not.toBeNull();
    }
  });

  it('orders nothing when it shows a value', async () => {
    const { ledger } = scene();
    const { height } = await ledger.describe();
    await ledger.view({ type: 'site', key: ['nowhere'] });
    expect((await ledger.describe()).height).toBe(height);
  });

  it('refuses to show what is no fact of the ledger', async () => {
    const { ledger } = scene();
    const question = { type: 'cmd', key: ['hengyuan'] } as unknown as ViewQuestion;
    expect(await refusal(ledger.view(question))).toBe('invalid_input');
  });
};

/** A view taken apart; the question was to the view function and to nothing else. */
const openView = async ({ proposal, payload, endorsements }: EndorsedAnswer, question: ViewQuestion) => {
  const { question: asked, answer: told } = decodeAnswer({ proposal, payload }, 'invalid_input');
  const { action, proposalHash: signed } = told;
  expect(sameBytes(await proposalHash(asked), signed)).toBe(true);
  expect([asked.chaincode, action.chaincode, action.status]).toEqual([CHAINCODE, CHAINCODE, 200]);
  expect(asked.args.map(fromUtf8)).toEqual([VIEW_FUNCTION, canonicalText(question)]);
  const answer = JSON.parse(fromUtf8(action.payload)) as ViewAnswer;
  expect(fromUtf8(action.payload)).toBe(canonicalText(answer));
  const own = decodeReadWriteSets(action.readWriteSet, 'invalid_input').filter(
    ({ namespace }) => namespace === CHAINCODE,
  );
  expect(own.map(({ ranges, writes }) => [ranges, writes])).toEqual([[[], []]]);
  return { answer, reads: own.flatMap(({ reads }) => reads), signers: endorsements.length };
};
