import { sign } from 'node:crypto';
import { cosignNote, noteVerifier, parseNote } from '@anlian/chaincode/proof';
import { checkpointOrigin, fromBase64Url } from '@anlian/contracts';
import { expect, it } from 'vitest';
import { evidenceLog } from '../../../chaincode/src/testing/evidenceLog.ts';
import { type TestKey, testKey } from '../../../chaincode/src/testing/keys.ts';
import { CHANNEL } from '../../../chaincode/src/testing/ledger.ts';
import { askWitness, NoCosignature } from './ask.ts';

const NOW_MS = Date.parse('2026-11-22T08:00:00.000Z');
const KEY = testKey('log');
const LOG = evidenceLog('hengyuan', testKey('log'));
const NAME = checkpointOrigin(CHANNEL, 'qichuan');

const lineOf = async (size: number, key: TestKey = KEY, atMs = NOW_MS): Promise<string> => {
  const verifier = await noteVerifier(NAME, fromBase64Url(key.descriptor.jwk.x), 'cosignature/v1');
  const note = await LOG.checkpoint(size);
  const signer = { verifier, sign: (text: Uint8Array) => new Uint8Array(sign(null, text, key.privateKey)) };
  return (await cosignNote(note, signer, Math.floor(atMs / 1000))).slice(note.length);
};

type Answer = (old: number) => Response | Promise<Response>;
const says = (text: string, status = 200, type = 'text/plain'): Response =>
  new Response(text, { status, headers: { 'content-type': type } });
const has = (size: string): Response => says(size, 409, 'text/x.tlog.size');

/** Asks a witness that answers so for the head of nine leaves; `known` is the size it was last known to have. */
const ask = async (answer: Answer, known = 0) => {
  const asked: string[] = [];
  const fetch = (async (_url: string, { body }: RequestInit) => {
    asked.push(String(body));
    return answer(Number(/^old (\d+)/.exec(String(body))?.[1]));
  }) as typeof globalThis.fetch;
  const pathFrom = async (size: number) => (await LOG.path(size, 9)).map(fromBase64Url);
  const verifiers = [await noteVerifier(NAME, fromBase64Url(KEY.descriptor.jwk.x), 'cosignature/v1')];
  const head = { size: 9, note: await LOG.checkpoint(9) };
  const line = askWitness({ fetch, clock: () => NOW_MS, pathFrom }, { url: 'http://w', verifiers }, head, known);
  return { line: await line, asked };
};

it('asks again from the size that the witness says it has, with the path from there', async () => {
  const { line, asked } = await ask(async (old) => (old === 7 ? says(await lineOf(9)) : has('7\n')));
  expect(line).toEqual(parseNote(`x\n\n${await lineOf(9)}`).signatures[0]);
  const path = (await LOG.path(7, 9)).map((hash) => Buffer.from(hash, 'base64url').toString('base64'));
  const note = await LOG.checkpoint(9);
  expect(asked).toEqual([`old 0\n\n${note}`, `old 7\n${path.join('\n')}\n\n${note}`]);
});

it('takes its line from among lines of keys that nobody knows', async () => {
  const foreign = (await lineOf(9, testKey('log'))).replace('qichuan', 'nobody');
  expect((await ask(async () => says(`${foreign}${await lineOf(9)}`), 9)).line.name).toBe(NAME);
});

const endless = (): Response =>
  new Response(new ReadableStream({ pull: (sink) => sink.enqueue(new Uint8Array(1_024)) }), { status: 200 });

it.each<[string, Answer, RegExp]>([
  ['nothing that can be reached', () => Promise.reject(new TypeError('fetch failed')), /does not answer/],
  ['a fault', () => says('', 500), /answers 500/],
  ['a refusal', () => says('{}', 409, 'application/problem+json'), /answers 409/],
  ['an answer without an end', endless, /too long/],
  ['no line', () => says(''), /does not hold|no cosignature/],
  ['text', () => says('hello\n'), /does not hold/],
  ['a line over another head', async () => says(await lineOf(8)), /does not hold/],
  ['a line of another key', async () => says(await lineOf(9, testKey('log'))), /no cosignature/],
  ['two lines', async () => says(`${await lineOf(9)}${await lineOf(9)}`), /does not hold/],
  ['a line of tomorrow', async () => says(await lineOf(9, KEY, NOW_MS + 86_400_000)), /clock/],
  ['a line of yesterday', async () => says(await lineOf(9, KEY, NOW_MS - 86_400_000)), /clock/],
  ['a size that is none', () => has('many\n'), /no sense/],
  ['a size beyond all numbers', () => has(`${'9'.repeat(30)}\n`), /no sense/],
  ['more leaves than the log has', () => has('12\n'), /seen 12 leaves of this log, which has 9/],
  ['another size each time', (old) => has(`${old + 1}\n`), /changes/],
])('gets no cosignature from a witness that answers %s, and says why', async (_, answer, why) => {
  const refused = await ask(answer).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NoCosignature);
  expect((refused as NoCosignature).message).toMatch(why);
});
