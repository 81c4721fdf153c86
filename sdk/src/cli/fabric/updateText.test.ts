import { expect, it } from 'vitest';
import { testChannel, testOrganisation } from '../../fabric/channel.fixture.ts';
import { checkUpdate, makeUpdate, signUpdate } from '../../fabric/index.ts';
import { updateJson, updateLines } from './updateText.ts';

const [a, b, c, d, newcomer] = await Promise.all(
  ['hengyuan', 'qichuan', 'zhengheng', 'tongzhou', 'anlan'].map(testOrganisation),
);

it('tells how many signed apart from how many are needed', async () => {
  if (!a || !b || !c || !d || !newcomer) throw new RangeError('five organisations');
  const present = await testChannel([a, b, c, d], [a]);
  const checked = await checkUpdate(makeUpdate(present, { kind: 'add', organisation: newcomer.organisation }), present);
  const update = await signUpdate(checked, a.admin, (length) => new Uint8Array(length));
  const line = (language: 'zh' | 'en', found: RegExp) => updateLines(update, language).find((one) => found.test(one));
  expect(line('en', /^ {2}Signed by/)).toBe('  Signed by: hengyuanMSP (governors: 1 signed, 3 of 4 needed)');
  expect(line('zh', /^ {2}已签署/)).toBe('  已签署：hengyuanMSP (治理成员：已签 1，4 中需 3)');
  expect(updateJson(update).needed).toEqual([
    { policy: '/Channel/Application/Admins', satisfied: false, signed: 1, due: 3, of: 4 },
  ]);
});
