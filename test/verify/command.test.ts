import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKS, canonicalBytes } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvidenceNetwork } from '../support/evidenceNetwork.ts';

const COMMAND = fileURLToPath(new URL('../../sdk/bin/anlian.ts', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'anlian-verify-'));
let genesis = '';

beforeAll(async () => {
  const network = await openEvidenceNetwork();
  const record = await network.decides({ workClass: 'general' });
  const place = { kind: 'gate-decision', gate: network.gate.key.gate ?? '', seq: 1 } as const;
  const bundle = await network.proves(record, place);
  const trust = await network.trust();
  genesis = trust.genesisHash;
  writeFileSync(join(dir, 'proof.json'), canonicalBytes(bundle));
  writeFileSync(join(dir, 'trust.json'), JSON.stringify(trust, null, 2));
  writeFileSync(join(dir, 'changed.json'), canonicalBytes({ ...bundle, salt: record.slice(0, 42).concat('A') }));
  writeFileSync(join(dir, 'empty.json'), '');
  writeFileSync(join(dir, 'huge.json'), '[');
  truncateSync(join(dir, 'huge.json'), 4 * 2 ** 30);
  await network.close();
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

const run = (file: string, args: readonly string[]): Ran => {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: dir,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ANLIAN_HOME: dir },
    timeout: 20_000,
  });
  return { status, out: stdout, err: stderr };
};
const anlian = (...args: readonly string[]): Ran => run(process.execPath, [COMMAND, ...args]);

describe('anlian verify', () => {
  it('ends with 3 on the word of one operator, and says so, in either language', () => {
    const zh = anlian('verify', 'proof.json');
    expect(zh).toMatchObject({ status: 3, err: '' });
    expect(zh.out).toContain('禁止，因为：未获该类作业授权');
    expect(zh.out).toContain('单一运营方');
    const en = anlian('verify', 'proof.json', '--trust', 'trust.json', '--lang', 'en');
    expect(en.status).toBe(3);
    expect(en.out).toContain('No entry, because: Not authorised for this class of work');
    expect(en.out).toContain('What this does not prove:');
    expect(en.out).toContain(CHECKS.decision_recomputed.doesNotProve.en);
  });

  it('ends with 0 when one operator is accepted, and with the pinned genesis', () => {
    expect(anlian('verify', 'proof.json', '--accept-embedded').status).toBe(0);
    expect(anlian('verify', 'proof.json', '--accept-embedded', '--genesis', genesis).status).toBe(0);
  });

  it('says whether the genesis digest was compared, and calls nothing pinned that was not', () => {
    const compared = (...args: string[]) => anlian('verify', 'proof.json', '--lang', 'en', ...args).out.split('\n')[2];
    expect(compared()).toBe('    – Its digest was compared with nothing (--genesis pins one)');
    expect(compared('--genesis', genesis)).toBe('    ✓ Its digest is the one that you pinned');
    expect(CHECKS.trust_genesis.en).not.toMatch(/pin/);
    expect(CHECKS.trust_genesis.zh).not.toMatch(/指定/);
  });

  it('says how far the trust file knows the channel’s configuration', () => {
    const { out } = anlian('verify', 'proof.json', '--lang', 'en');
    expect(out).toMatch(/– Newest configuration that the trust file knows: update 0, block 0, /);
    expect(out).toContain(CHECKS.trust_configuration.doesNotProve.en);
    const { configuration } = JSON.parse(anlian('verify', 'proof.json', '--json').out);
    expect(configuration).toMatchObject({ sequence: 0, block: 0, at: expect.any(String) });
  });

  it('ends with 1 and the name of the check that failed', () => {
    const refused = anlian('verify', 'changed.json', '--lang', 'en');
    expect(refused.status).toBe(1);
    expect(refused.out).toContain('✗ record_commitment');
    expect(refused.out).not.toContain('Proven');
  });

  it.each([
    ['empty.json', 'bundle_form'],
    ['huge.json', 'bundle_form'],
    ['trust.json', 'bundle_form'],
  ])('ends with 1 for %s, at once', (file, name) => {
    const { status, out } = anlian('verify', file, '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out).checks.at(-1)).toMatchObject({ name, ok: false });
  });

  it('refuses a trust file that does not begin at the pinned genesis', () => {
    const { status, out } = anlian('verify', 'proof.json', '--genesis', '0'.repeat(64), '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out).checks.at(-1)).toMatchObject({ name: 'trust_genesis', ok: false });
  });

  it('prints one JSON value with the names of the closed list', () => {
    const { status, out } = anlian('verify', 'proof.json', '--json', '--lang', 'en');
    expect(status).toBe(3);
    const { verdict, trust, checks } = JSON.parse(out);
    expect({ verdict, trust }).toEqual({ verdict: 'proven', trust: 'single-operator' });
    for (const { name, ok, detail, doesNotProve } of checks) {
      expect(Object.keys(CHECKS)).toContain(name);
      expect({ ok, detail: typeof detail }).toEqual({ ok: true, detail: 'string' });
      expect(doesNotProve).toBe(CHECKS[name as keyof typeof CHECKS].doesNotProve.en);
    }
  });

  it.each([
    ['no file', ['verify']],
    ['two files', ['verify', 'proof.json', 'proof.json']],
    ['a file that is not there', ['verify', 'nowhere.json']],
    ['a directory', ['verify', '.']],
    ['a trust file that is not there', ['verify', 'proof.json', '--trust', 'nowhere.json']],
    ['an option that it does not know', ['verify', 'proof.json', '--force']],
    ['a digest that is none', ['verify', 'proof.json', '--genesis', 'abc']],
  ])('ends with 2 for wrong use: %s', (_, args) => {
    const { status, out, err } = anlian(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('anlian verify BUNDLE');
  });
});

describe('in a network namespace without any interface', () => {
  const isPermitted = run('unshare', ['-rn', 'true']).status === 0;

  it.skipIf(!isPermitted)('the command gives the same verdict (skipped where namespaces are not permitted)', () => {
    const isolated = (...args: readonly string[]) => run('unshare', ['-rn', process.execPath, COMMAND, ...args]);
    expect(run('unshare', ['-rn', 'cat', '/proc/net/route']).out.trim().split('\n')).toHaveLength(1);
    expect(isolated('verify', 'proof.json').status).toBe(3);
    expect(isolated('verify', 'proof.json', '--accept-embedded').status).toBe(0);
    expect(isolated('verify', 'changed.json').status).toBe(1);
  });
});
