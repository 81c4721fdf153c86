import { DAY_MS, fromBase64Url, HOUR_MS, type PackRow, toInstant } from '@anlian/contracts';
import { codeText, encodeWorkerPass, kidOf, present } from '@anlian/sdk/code';
import { makePack } from '@anlian/sdk/gate';
import { afterAll, expect, it } from 'vitest';
import { DINGGU, gateLists, SITE } from '../support/gateLists.ts';
import { freshId } from '../support/governors.ts';
import { memberKey } from '../support/keys.ts';
import { openProofCase } from '../support/proofCase.ts';

const { network, trust, port, refusalOf, withMember } = await openProofCase();
afterAll(() => network.close());

const nowMs = Date.now();
const [from, to] = [toInstant(nowMs - DAY_MS), toInstant(nowMs - HOUR_MS)];
const key = memberKey('code');
const phone = memberKey('actor');

/** The picture of a pass that the expelled governor went on to issue. */
const passAfterwards = async (): Promise<string> => {
  const { x, y } = phone.descriptor.jwk as { readonly x: string; readonly y: string };
  const iat = Math.floor(nowMs / 1000) - 60;
  const pass = await encodeWorkerPass(
    {
      kind: 2,
      iss: 'qichuan',
      sub: DINGGU,
      iat,
      exp: iat + 86_400,
      cti: Buffer.from(freshId('pas').slice('pas_'.length), 'hex'),
      cnf: { x: fromBase64Url(x), y: fromBase64Url(y) },
    },
    kidOf(key.descriptor.kid),
    async (message) => key.sign(message),
  );
  const shown = await present(pass, Math.floor(nowMs / 1000), async (message) => phone.sign(message));
  return codeText('hengyuan.localhost', shown);
};

/** What a node sends its gates after the expulsion: the governor's key with its end, which is no retirement. */
const packAfterwards = async () => {
  const codeKey = network.keys.code.descriptor;
  const facts = { codeKey, from, pass: freshId('pas'), holderKey: phone.descriptor.kid, nowMs };
  const rows = gateLists(facts).flatMap((row): readonly PackRow[] =>
    row.t === 'b-key' ? [row, { ...row, member: 'qichuan', key: key.descriptor, to }] : [row],
  );
  const head = { member: port.member, site: SITE, madeAt: toInstant(Date.now()), height: 5, previous: null };
  const { pack } = network.keys;
  return makePack(head, rows, pack.descriptor.kid, async (message) => pack.sign(message));
};

it('a gate’s honest no to a pass that a governor issued after its expulsion is recomputed', async () => {
  const pack = await packAfterwards();
  await network.gate.sync(async () => ({ kind: 'pack', serverMs: null, etag: null, ...pack }));
  const record = await network.decides({ text: await passAfterwards() });
  const { result, inputs } = JSON.parse(new TextDecoder().decode(fromBase64Url(record.split('.')[1] ?? '')));
  expect([result.outcome, inputs.presentation.form]).toEqual(['deny', 'refused']);

  const file = await network.proves(record, { kind: 'gate-decision', gate: network.gate.key.gate ?? '', seq: 2 });
  const keys = [{ key: key.descriptor, from, to: null, compromisedSince: null }];
  const governor = trust.members.find(({ member }) => member === 'qichuan');
  const listing = (end: string | null) =>
    withMember('qichuan', { from, to: end, keys: [...(governor?.keys ?? []), ...keys] });
  expect(await refusalOf(file, { trusted: listing(to) })).toBe('proven');
  expect(await refusalOf(file, { trusted: listing(null) })).toBe('decision_recomputed');
});
