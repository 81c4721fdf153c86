import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyHashOf } from '@anlian/chaincode/rules';
import { CREDIT_POLICY_1, fromBase64Url } from '@anlian/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codePng } from '../../code/image/index.ts';
import { NOW_MS } from '../../gate/world.fixture.ts';
import { type Desk, openDesk } from '../desk.fixture.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
beforeEach(() => desk.clear());
afterAll(() => desk.close());

describe('anlian code', () => {
  it('verifies a company’s code from its PNG, and says what that does not prove', async () => {
    writeFileSync(join(desk.cwd, 'code.png'), codePng(await desk.code()).png);
    const { exit, out } = await desk.anlian('code', 'verify', 'code.png', '--trust', 'trust.json', '--json');
    expect(exit).toBe(0);
    const { verdict, code: facts, checks } = JSON.parse(out);
    expect([verdict, facts.score, facts.company]).toEqual(['proven', 89, '91990101MAAA00039J']);
    expect(checks.map(({ name }: { name: string }) => name)).toContain('cose_signature');
    for (const { doesNotProve } of checks) expect(doesNotProve).not.toBe('');
  });

  it('ends a verification with who, what, until when and on whose word, after the warnings', async () => {
    const { out } = await desk.anlian('code', 'verify', await desk.code(), '--trust', 'trust.json');
    const [genesis, ledger, signIn, end] = out.split('\n').slice(-4);
    expect(genesis).toContain(`! 未核对创世摘要 ${'0'.repeat(64)}`);
    expect(ledger).toContain('单一运营方');
    expect(signIn).toContain('登录不核验身份');
    expect(end).toMatch(
      /^结论：公司 91990101MAAA00039J 信用分 89（等级.*），.* 由 hengyuan 签发，有效至 2026-11-23 08:00:00 UTC\+8$/,
    );
    const policyHash = fromBase64Url(await policyHashOf(CREDIT_POLICY_1));
    const banded = await desk.anlian(
      'code',
      'verify',
      await desk.code({ policyHash }),
      '--trust',
      'trust.json',
      '--lang',
      'en',
    );
    expect(banded.out.split('\n').at(-1)).toContain('a score of 89 (band green), on the word of hengyuan');
    const pass = await desk.anlian('code', 'verify', desk.world.badge(), '--trust', 'trust.json', '--lang', 'en');
    expect(pass.out.split('\n').at(-1)).toContain('without a phone’s signature');
  });

  it.each([['hello'], ['123'], ['HTTPS://A.EXAMPLE/C#1']])(
    'says in Chinese what to give in place of %j',
    async (text) => {
      const { exit, err } = await desk.anlian('code', 'show', text, '--trust', 'trust.json');
      expect(exit).toBe(1);
      expect(err.split('\n').at(-1)?.trim()).toMatch(/^这不是完整的信用码或通行证/);
    },
  );

  it('shows a pass and the moment in which its phone signed', async () => {
    const { exit, out } = await desk.anlian('code', 'show', await desk.world.show(NOW_MS), '--trust', 'trust.json');
    expect(exit).toBe(0);
    expect(out).toContain('presentedAt: 2026-11-22T00:00:00.000Z');
  });

  it.each([
    ['expired', () => desk.code({ exp: NOW_MS / 1000 }), 'cwt_time'],
    ['issued tomorrow', () => desk.code({ iat: NOW_MS / 1000 + 86_400, exp: NOW_MS / 1000 + 90_000 }), 'cwt_time'],
    [
      'of one changed digit',
      async () =>
        (await desk.code()).replace(/(\d)(\d{40})$/, (_, digit, rest) => `${(Number(digit) + 1) % 10}${rest}`),
      'cose_signature',
    ],
    ['that is no code', async () => 'hello', 'code_form'],
    ['of 1 MB', async () => '1'.repeat(1 << 20), 'code_form'],
  ])('refuses a code %s by the name of the check', async (_what, make, check) => {
    const { exit, out } = await desk.anlian('code', 'verify', await make(), '--trust', 'trust.json', '--json');
    expect([exit, JSON.parse(out).refused]).toEqual([1, check]);
  });

  it.each([
    ['no code', ['code', 'verify', '--trust', 'trust.json']],
    ['a trust file that is not there', ['code', 'verify', '123', '--trust', 'absent.json']],
    ['an unknown option', ['code', 'verify', '123', '--trsut', 'x']],
    ['an unknown verb', ['code', 'burn', '123']],
    ['two codes', ['code', 'show', '1', '2', '--trust', 'trust.json']],
  ])('is used wrongly with %s: exit code 2', async (_what, args) => {
    expect((await desk.anlian(...args)).exit).toBe(2);
  });
});
