import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalBytes, type TrustBundle } from '@anlian/contracts';
import { afterAll, expect, it } from 'vitest';
import { main } from '../../sdk/src/cli/main.ts';
import { processContext } from '../../sdk/src/cli/processContext.ts';
import { openProofCase } from '../support/proofCase.ts';

const { network, bundle, trust, port, withMember } = await openProofCase();
const dir = mkdtempSync(join(tmpdir(), 'anlian-older-trust-'));
afterAll(async () => {
  await network.close();
  rmSync(dir, { recursive: true });
});

const verify = async (trusted: TrustBundle, language: string): Promise<string> => {
  writeFileSync(join(dir, 'bundle.json'), canonicalBytes(bundle));
  writeFileSync(join(dir, 'trust.json'), canonicalBytes(trusted));
  const out: string[] = [];
  const args = ['verify', 'bundle.json', '--trust', 'trust.json', '--lang', language];
  const exit = await main(args, { ...processContext(), cwd: dir, out: (line) => out.push(line) });
  expect(exit).toBe(1);
  return out.join('\n');
};

const without = (use: string): TrustBundle => {
  const keys = trust.members.find(({ member }) => member === port.member)?.keys ?? [];
  return withMember(port.member, { keys: keys.filter(({ key }) => key.use !== use) });
};

it.each([
  ['gate', 'record_signature'],
  ['actor', 'actor_signature'],
])('a trust file older than the %s key is told with what to do, in the language asked for', async (use, check) => {
  const older = without(use);
  const [zh, en] = [await verify(older, 'zh'), await verify(older, 'en')];
  for (const text of [zh, en]) {
    expect(text).toContain(`✗ ${check}`);
    expect(text).toContain('npx anlian as PERSON@MEMBER getTrust --save FILE');
  }
  expect(zh).toContain('核对创世摘要');
  expect(zh).not.toContain('trust file');
  expect(en).toContain('compare the genesis hash');
});

it('a key that the trust file lists and does not fit calls for no newer one', async () => {
  const [gate] = trust.members.flatMap(({ keys }) => keys).filter(({ key }) => key.use === 'gate');
  const stolen = withMember(port.member, {
    keys: (trust.members.find(({ member }) => member === port.member)?.keys ?? []).map((entry) =>
      entry === gate ? { ...entry, key: { ...entry.key, gate: `gat_${'0'.repeat(32)}` } } : entry,
    ),
  });
  const text = await verify(stolen, 'en');
  expect(text).toContain('✗ record_signature');
  expect(text).not.toContain('getTrust');
});
