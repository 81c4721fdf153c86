import { generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derToRaw, rawToDer } from './ecdsaDer.ts';
import * as node from './node.ts';
import type { CryptoAdapter, Jwk } from './types.ts';
import * as web from './web.ts';

const ADAPTERS: readonly (readonly [string, CryptoAdapter])[] = [
  ['node', node],
  ['web', web],
];

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64url = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const scalar = (value: bigint): Uint8Array => hex(value.toString(16).padStart(64, '0'));
const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** RFC 6979 appendix A.2.5: the P-256 key, and its SHA-256 signatures of "sample" (s in the upper half) and "test" (lower). */
const RFC_6979_KEY: Jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: Buffer.from('60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6', 'hex').toString('base64url'),
  y: Buffer.from('7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299', 'hex').toString('base64url'),
};
const SAMPLE = hex(
  'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
);
const TEST = hex(
  'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
);

/** RFC 8037 appendix A.4: the Ed25519 key, the JWS signing input and the signature. */
const RFC_8037_X = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
const RFC_8037_MESSAGE = utf8('eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc');
const RFC_8037_SIGNATURE = base64url(
  'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
);

const toDer = (raw: Uint8Array): Uint8Array => {
  const integer = (bytes: Uint8Array): Uint8Array => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = bytes.subarray(start === -1 ? bytes.length - 1 : start);
    const content = (digits[0] ?? 0) & 0x80 ? concat(hex('00'), digits) : digits;
    return concat(Uint8Array.of(2, content.length), content);
  };
  const body = concat(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
  return concat(Uint8Array.of(0x30, body.length), body);
};

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const MESSAGE = utf8('恒远港务集团');
const PSS = { padding: 6, saltLength: 32 } as const;
const SIGNED = {
  verifyEs256: [ec.publicKey, sign('sha256', MESSAGE, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })],
  verifyPs256: [rsa.publicKey, sign('sha256', MESSAGE, { key: rsa.privateKey, ...PSS })],
  verifyEdDsa: [ed.publicKey, sign(null, MESSAGE, ed.privateKey)],
} as const;
const VERIFIERS = ['verifyEs256', 'verifyPs256', 'verifyEdDsa'] as const;

describe.each(ADAPTERS)('crypto on %s', (_name, crypto) => {
  it('computes SHA-256 as FIPS 180-4', async () => {
    expect(await crypto.sha256(utf8('abc'))).toEqual(
      hex('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
    );
    expect(await crypto.sha256(new Uint8Array())).toEqual(
      hex('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
    );
  });

  it.each([
    [
      '1',
      '0b'.repeat(20),
      Buffer.from('Hi There').toString('hex'),
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      '2',
      Buffer.from('Jefe').toString('hex'),
      Buffer.from('what do ya want for nothing?').toString('hex'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['3', 'aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
    [
      '4',
      '0102030405060708090a0b0c0d0e0f10111213141516171819',
      'cd'.repeat(50),
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ],
    [
      '6',
      'aa'.repeat(131),
      Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First').toString('hex'),
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('computes HMAC-SHA-256 as RFC 4231 test case %s', async (_case, key, data, expected) => {
    expect(await crypto.hmacSha256(hex(key), hex(data))).toEqual(hex(expected));
  });

  it.each([
    ['sample', SAMPLE],
    ['test', TEST],
  ])('verifies the RFC 6979 P-256 signature of "%s", from a JWK and imported', async (message, signature) => {
    expect(await crypto.verifyEs256(RFC_6979_KEY, utf8(message), signature)).toBe(true);
    expect(await crypto.verifyEs256(await crypto.importP256Jwk(RFC_6979_KEY), utf8(message), signature)).toBe(true);
    expect(await crypto.verifyEs256Der(RFC_6979_KEY, utf8(message), toDer(signature))).toBe(true);
    expect(await crypto.verifyEs256(RFC_6979_KEY, utf8('another'), signature)).toBe(false);
  });

  it('verifies the RFC 8037 Ed25519 signature, from a JWK and from the raw key', async () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: RFC_8037_X };
    const raw = await crypto.importEd25519PublicKey(base64url(RFC_8037_X));
    expect(await crypto.verifyEdDsa(jwk, RFC_8037_MESSAGE, RFC_8037_SIGNATURE)).toBe(true);
    expect(await crypto.verifyEdDsa(raw, RFC_8037_MESSAGE, RFC_8037_SIGNATURE)).toBe(true);
    expect(await crypto.verifyEdDsa(raw, utf8('another'), RFC_8037_SIGNATURE)).toBe(false);
  });

  it.each(VERIFIERS)('%s takes a KeyObject, a CryptoKey, a JWK and an SPKI import alike', async (name) => {
    const [key, signature] = SIGNED[name];
    const algorithm = {
      verifyEs256: { name: 'ECDSA', namedCurve: 'P-256' },
      verifyPs256: { name: 'RSA-PSS', hash: 'SHA-256' },
      verifyEdDsa: { name: 'Ed25519' },
    }[name];
    const spki = key.export({ format: 'der', type: 'spki' });
    const cryptoKey = await webcrypto.subtle.importKey('spki', spki, algorithm, false, ['verify']);
    for (const form of [key, cryptoKey, key.export({ format: 'jwk' })]) {
      expect(await crypto[name](form, MESSAGE, signature)).toBe(true);
      expect(await crypto[name](form, utf8('another'), signature)).toBe(false);
    }
    if (name === 'verifyEs256') {
      expect(await crypto[name](await crypto.importP256Spki(spki), MESSAGE, signature)).toBe(true);
    }
  });

  it.each(VERIFIERS)('%s refuses every signature with one bit changed, cut short or lengthened', async (name) => {
    const [key, signature] = SIGNED[name];
    for (let bit = 0; bit < signature.length * 8; bit += 7) {
      const changed = new Uint8Array(signature);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await crypto[name](key, MESSAGE, changed)).toBe(false);
    }
    for (const other of [
      signature.subarray(1),
      concat(signature, hex('00')),
      new Uint8Array(),
      new Uint8Array(64),
      new Uint8Array(100_000),
    ]) {
      expect(await crypto[name](key, MESSAGE, other)).toBe(false);
    }
  });

  it.each([
    ['r = 0', concat(scalar(0n), SAMPLE.subarray(32))],
    ['s = 0', concat(SAMPLE.subarray(0, 32), scalar(0n))],
    ['r = order', concat(scalar(P256_ORDER), SAMPLE.subarray(32))],
    ['s = order', concat(SAMPLE.subarray(0, 32), scalar(P256_ORDER))],
    ['r and s swapped', concat(SAMPLE.subarray(32), SAMPLE.subarray(0, 32))],
    ['all ones', new Uint8Array(64).fill(0xff)],
    ['DER where r || s belongs', toDer(SAMPLE)],
  ])('refuses an ES256 signature with %s', async (_name, signature) => {
    expect(await crypto.verifyEs256(RFC_6979_KEY, utf8('sample'), signature)).toBe(false);
  });

  it('refuses the upper half of s when low S is required, and takes it otherwise', async () => {
    const high = toDer(SAMPLE);
    const low = toDer(
      concat(
        SAMPLE.subarray(0, 32),
        scalar(P256_ORDER - BigInt(`0x${Buffer.from(SAMPLE.subarray(32)).toString('hex')}`)),
      ),
    );
    expect(await crypto.verifyEs256Der(RFC_6979_KEY, utf8('sample'), high)).toBe(true);
    expect(await crypto.verifyEs256Der(RFC_6979_KEY, utf8('sample'), high, { lowS: true })).toBe(false);
    expect(await crypto.verifyEs256Der(RFC_6979_KEY, utf8('sample'), low, { lowS: true })).toBe(true);
  });

  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  it.each([
    ['a P-384 key', p384],
    ['a P-384 JWK', p384.export({ format: 'jwk' })],
    ['RSA of 1024 bits', shortRsa],
    ['an RSA JWK of 1024 bits', shortRsa.export({ format: 'jwk' })],
    ['a private KeyObject', ec.privateKey],
    ['a private JWK', ec.privateKey.export({ format: 'jwk' })],
    ['a point off the curve', { ...RFC_6979_KEY, y: RFC_6979_KEY.x }],
    ['a JWK for encryption', { ...RFC_6979_KEY, use: 'enc' }],
    ['a JWK bound to another algorithm', { ...RFC_6979_KEY, alg: 'ES384' }],
    ['a JWK with a padded coordinate', { ...RFC_6979_KEY, x: `${RFC_6979_KEY.x}=` }],
    ['an empty object', {}],
    ['a JWK of kind __proto__', { kty: '__proto__' }],
    ['nothing', null as unknown as Jwk],
    ['a text', 'key' as unknown as Jwk],
  ] as readonly (readonly [string, Jwk])[])('never verifies under %s', async (_name, key) => {
    for (const name of VERIFIERS) {
      await expect(crypto[name](key, MESSAGE, SIGNED[name][1])).rejects.toThrow(TypeError);
    }
  });

  it('never verifies one algorithm under the key of another', async () => {
    for (const name of VERIFIERS) {
      for (const other of VERIFIERS.filter((candidate) => candidate !== name)) {
        await expect(crypto[name](SIGNED[other][0], MESSAGE, SIGNED[name][1])).rejects.toThrow(TypeError);
      }
    }
  });

  it('refuses CryptoKeys meant for another scheme', async () => {
    const spki = rsa.publicKey.export({ format: 'der', type: 'spki' });
    for (const algorithm of [
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      { name: 'RSA-PSS', hash: 'SHA-384' },
    ]) {
      const key = await webcrypto.subtle.importKey('spki', spki, algorithm, false, ['verify']);
      expect(crypto.keyAlgorithm(key)).toBeUndefined();
      await expect(crypto.verifyPs256(key, MESSAGE, SIGNED.verifyPs256[1])).rejects.toThrow(TypeError);
    }
  });

  it('imports nothing that is not exactly a key', async () => {
    for (const raw of [new Uint8Array(), new Uint8Array(31), new Uint8Array(33)]) {
      await expect(crypto.importEd25519PublicKey(raw)).rejects.toThrow(TypeError);
    }
    for (const der of [new Uint8Array(), hex('3000'), ed.publicKey.export({ format: 'der', type: 'spki' })]) {
      await expect(crypto.importP256Spki(der)).rejects.toThrow(TypeError);
    }
    await expect(crypto.importP256Jwk({ kty: 'OKP', crv: 'Ed25519', x: RFC_8037_X })).rejects.toThrow(TypeError);
  });

  it('takes bytes only', async () => {
    const text = 'abc' as unknown as Uint8Array;
    await expect(crypto.sha256(text)).rejects.toThrow(TypeError);
    await expect(crypto.hmacSha256(text, MESSAGE)).rejects.toThrow(TypeError);
    await expect(crypto.verifyEs256(RFC_6979_KEY, text, SAMPLE)).rejects.toThrow(TypeError);
    await expect(crypto.verifyEs256(RFC_6979_KEY, MESSAGE, text)).rejects.toThrow(TypeError);
  });

  it('compares bytes by content and length', () => {
    expect(crypto.equalBytes(hex('0102'), hex('0102'))).toBe(true);
    expect(crypto.equalBytes(hex('0102'), hex('0103'))).toBe(false);
    expect(crypto.equalBytes(hex('0102'), hex('010200'))).toBe(false);
    expect(crypto.equalBytes(new Uint8Array(), new Uint8Array())).toBe(true);
  });
});

describe('both implementations', () => {
  it('export the same names', () => {
    expect(Object.keys(web).sort()).toEqual(Object.keys(node).sort());
  });

  it('agree on every digest', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (key, data) => {
        expect(await web.sha256(data)).toEqual(await node.sha256(data));
        expect(await web.hmacSha256(key, data)).toEqual(await node.hmacSha256(key, data));
      }),
    );
  });
});

describe('DER signatures', () => {
  it('turn into r || s and back, and only from their one strict form', () => {
    const half = fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(65_536).map(BigInt).map(scalar));
    const scalars = fc.tuple(half, half).map(([r, s]) => concat(r, s));
    fc.assert(
      fc.property(scalars, (raw) => {
        expect(rawToDer(raw)).toEqual(toDer(raw));
        expect(derToRaw(rawToDer(raw), false)).toEqual(raw);
      }),
    );
  });

  const good = toDer(TEST);
  it.each([
    ['empty', new Uint8Array()],
    ['cut short', good.subarray(0, good.length - 1)],
    ['trailing byte', concat(good, hex('00'))],
    ['trailing byte inside the sequence', concat(Uint8Array.of(0x30, good.length - 1), good.subarray(2), hex('00'))],
    ['set in place of sequence', concat(hex('31'), good.subarray(1))],
    ['long form length', concat(hex('3081'), good.subarray(1))],
    ['indefinite length', concat(hex('3080'), good.subarray(2), hex('0000'))],
    ['negative r', hex('3006020180020101')],
    ['needless zero before r', hex('300702020001020101')],
    ['r of no bytes', hex('30050200020101')],
    ['r longer than the curve', concat(hex('3026022101'), new Uint8Array(32), hex('020101'))],
    ['r whose length runs past the end', hex('3006022001020101')],
    ['a third integer', hex('3009020101020101020101')],
  ])('are refused when %s', (_name, der) => {
    expect(derToRaw(der, false)).toBeUndefined();
  });
});
