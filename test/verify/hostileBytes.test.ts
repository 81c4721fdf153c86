import { type CheckName, canonicalBytes, toBase64Url } from '@anlian/contracts';
import { utf8 } from '@anlian/sdk/ledger';
import { afterAll, describe, expect, it } from 'vitest';
import { blockBundleOf } from '../support/ledgerBundles.ts';
import { openProofCase } from '../support/proofCase.ts';

const { network, bundle, refusalOf } = await openProofCase();
afterAll(() => network.close());

describe('bytes that are no proof', () => {
  const text = () => new TextDecoder().decode(canonicalBytes(bundle));

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['a trailing newline', () => utf8(`${text()}\n`)],
    ['a trailing byte', () => utf8(`${text()}0`)],
    ['a byte order mark', () => utf8(`\ufeff${text()}`)],
    ['spaces', () => utf8(JSON.stringify(bundle, null, 1))],
    ['another order of keys', () => utf8(JSON.stringify(Object.fromEntries(Object.entries(bundle).reverse())))],
    ['a key twice', () => utf8(text().replace('"v":1}', '"v":1,"v":1}'))],
    ['an escape where none is due', () => utf8(text().replace('"evidence"', '"\\u0065vidence"'))],
    ['1.0 for 1', () => utf8(text().replace(/"v":1}$/, '"v":1.0}'))],
    ['a field of its own', () => canonicalBytes({ ...bundle, note: 'trust me' })],
    ['bytes that are not UTF-8', () => Uint8Array.of(0x22, 0xff, 0x22)],
    ['a lone surrogate', () => utf8('"\\ud800"')],
    ['a huge integer', () => utf8(text().replace(/"leafIndex":\d+/, '"leafIndex":9007199254740993'))],
    ['an integer beyond a double', () => utf8(text().replace(/"leafIndex":\d+/, '"leafIndex":1e400'))],
    ['a negative index', () => utf8(text().replace(/"leafIndex":\d+/, '"leafIndex":-1'))],
    ['padding in base64url', () => canonicalBytes({ ...bundle, salt: `${bundle.salt}=` })],
    ['a list nested a million deep', () => utf8('['.repeat(1_000_000))],
    ['an object nested a million deep', () => utf8('{"a":'.repeat(600_000))],
    ['two million numbers', () => utf8(`[${'0,'.repeat(2_000_000)}0]`)],
    ['a path of a million steps', () => utf8(text().replace(/"path":\[/, `"path":[${'0,'.repeat(1_000_000)}`))],
    ['200 MB', () => new Uint8Array(200 << 20).fill(0x5b)],
    ['4 MB of quotes', () => new Uint8Array(4 << 20).fill(0x22)],
  ])('%s: refused by name, at once', async (_, bytes) => {
    const file = bytes();
    const startedMs = performance.now();
    expect(await refusalOf(file)).toBe('bundle_form');
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['200 MB', () => new Uint8Array(200 << 20).fill(0x5b)],
    ['a list nested a million deep', () => utf8('['.repeat(1_000_000))],
    ['two million members', () => utf8(`{"members":[${'0,'.repeat(2_000_000)}0]}`)],
    ['a proof', () => canonicalBytes(bundle)],
  ])('as a trust file, %s: refused by name, at once', async (_, bytes) => {
    const trusted = bytes();
    const startedMs = performance.now();
    expect(await refusalOf(bundle, { trusted })).toBe('trust_form');
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it.each<[string, string, CheckName]>([
    ['a proposal of zeros', 'proposal', 'ledger_form'],
    ['a payload of zeros', 'payload', 'ledger_form'],
  ])('%s inside a proof: refused by name', async (_, field, expected) => {
    const ledger = { ...bundle.ledger, [field]: toBase64Url(new Uint8Array(1_000)) };
    expect(await refusalOf({ ...bundle, ledger })).toBe(expected);
  });

  it('the largest block, of zeros: refused by name, within seconds', async () => {
    const file = canonicalBytes(blockBundleOf(new Uint8Array(12 << 20)));
    const startedMs = performance.now();
    expect(await refusalOf(file)).toBe('block_form');
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
