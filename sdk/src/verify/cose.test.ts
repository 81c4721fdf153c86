import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { Tagged } from 'cborg';
import { describe, expect, it } from 'vitest';
import {
  ALL_KEYS,
  EDDSA,
  ES256,
  ec,
  ed,
  KEYS,
  KID,
  message,
  PAYLOAD,
  PS256,
  refused,
  rsa,
  SIGNERS,
  utf8,
} from './cose.fixture.ts';
import { verifyCoseSign1 } from './index.ts';

describe('COSE_Sign1', () => {
  it.each([
    ['ES256', ES256, ec.publicKey],
    ['PS256', PS256, rsa.publicKey],
    ['EdDSA', EDDSA, ed.publicKey],
  ] as const)('%s verifies, and names the key that made it among several of one id', async (algorithm, number, key) => {
    const bytes = message({
      protectedHeaders: [
        [1, number],
        [4, KID],
      ],
    });
    expect(await verifyCoseSign1(bytes, ALL_KEYS)).toMatchObject({ payload: PAYLOAD, kid: KID, key, algorithm });
    await refused(bytes, 'cose_algorithm', ALL_KEYS, {
      algorithms: (['ES256', 'PS256', 'EdDSA'] as const).filter((other) => other !== algorithm),
    });
    await refused(bytes, 'cose_algorithm', ALL_KEYS, { algorithms: [] });
  });

  it('tries every key of the id, whichever comes first', async () => {
    const others = Array.from({ length: 3 }, () => ({
      kid: KID,
      key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
    }));
    expect(await verifyCoseSign1(message(), [...others, ...KEYS])).toMatchObject({ key: ec.publicKey });
    await refused(message(), 'cose_signature', others);
  });

  it('takes CryptoKeys', async () => {
    const spki = ec.publicKey.export({ format: 'der', type: 'spki' });
    const key = await webcrypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'verify',
    ]);
    expect(await verifyCoseSign1(message(), [{ kid: KID, key }])).toMatchObject({ payload: PAYLOAD });
  });

  it.each([
    ['tagged', (parts: readonly unknown[]) => new Tagged(18, parts)],
    ['untagged', (parts: readonly unknown[]) => parts],
    ['tagged as a CWT too', (parts: readonly unknown[]) => new Tagged(61, new Tagged(18, parts))],
  ])('verifies %s', async (_name, shape) => {
    expect(await verifyCoseSign1(message({ shape }), KEYS)).toMatchObject({ payload: PAYLOAD });
  });

  const signature = new Uint8Array(64);
  it.each([
    ['tag 61 alone', (parts: readonly unknown[]) => new Tagged(61, parts)],
    ['tag 18 twice', (parts: readonly unknown[]) => new Tagged(18, new Tagged(18, parts))],
    ['the tags the wrong way round', (parts: readonly unknown[]) => new Tagged(18, new Tagged(61, parts))],
    ['the tag of COSE_Sign', (parts: readonly unknown[]) => new Tagged(98, parts)],
    ['three parts', (parts: readonly unknown[]) => parts.slice(0, 3)],
    ['five parts', (parts: readonly unknown[]) => [...parts, signature]],
    ['a map in place of the array', () => new Map([[1, 2]])],
    [
      'a detached payload',
      ([headers, unprotectedHeaders]: readonly unknown[]) => [headers, unprotectedHeaders, null, signature],
    ],
    [
      'a payload of text',
      ([headers, unprotectedHeaders]: readonly unknown[]) => [headers, unprotectedHeaders, 'text', signature],
    ],
    [
      'a signature of text',
      ([headers, unprotectedHeaders, payload]: readonly unknown[]) => [headers, unprotectedHeaders, payload, 'text'],
    ],
    [
      'protected headers not wrapped',
      ([, unprotectedHeaders, payload]: readonly unknown[]) => [
        new Map([[1, ES256]]),
        unprotectedHeaders,
        payload,
        signature,
      ],
    ],
    ['unprotected headers of null', ([headers, , payload]: readonly unknown[]) => [headers, null, payload, signature]],
  ])('refuses %s', async (_name, shape) => {
    await refused(message({ shape }), 'cose_form');
  });

  it.each([
    [
      'in the protected header',
      {
        protectedHeaders: [
          [1, ES256],
          [4, KID],
        ],
        unprotectedHeaders: [[4, utf8('other')]],
      },
    ],
    ['in the unprotected header only', { protectedHeaders: [[1, ES256]], unprotectedHeaders: [[4, KID]] }],
  ] as const)('finds the key id %s', async (_name, parts) => {
    expect(await verifyCoseSign1(message(parts), KEYS)).toMatchObject({ kid: KID });
  });

  it.each([
    [
      'an unknown key id',
      {
        protectedHeaders: [
          [1, ES256],
          [4, utf8('other')],
        ],
      },
    ],
    [
      'an unknown protected key id beside a known unprotected one',
      {
        protectedHeaders: [
          [1, ES256],
          [4, utf8('other')],
        ],
        unprotectedHeaders: [[4, KID]],
      },
    ],
    [
      'a key id that a trusted one begins with',
      {
        protectedHeaders: [
          [1, ES256],
          [4, KID.subarray(0, 3)],
        ],
      },
    ],
    ['no key id', { protectedHeaders: [[1, ES256]] }],
  ] as const)('refuses %s', async (_name, parts) => {
    await refused(message(parts), 'cose_key');
  });

  it.each([
    ['no algorithm', [[4, KID]]],
    [
      'ES384',
      [
        [1, -35],
        [4, KID],
      ],
    ],
    [
      'RS256',
      [
        [1, -257],
        [4, KID],
      ],
    ],
    [
      'HMAC with a public key',
      [
        [1, 5],
        [4, KID],
      ],
    ],
    [
      'the algorithm of another kind of key',
      [
        [1, EDDSA],
        [4, KID],
      ],
    ],
    [
      'an algorithm of another type',
      [
        [1, [ES256]],
        [4, KID],
      ],
    ],
  ] as const)('refuses %s', async (_name, protectedHeaders) => {
    await refused(message({ protectedHeaders, signer: SIGNERS.get(ES256)! }), 'cose_algorithm');
  });

  it('takes the algorithm from the unprotected header unless told not to, and never over the protected one', async () => {
    const unprotectedOnly = message({ protectedHeaders: [[4, KID]], unprotectedHeaders: [[1, ES256]] });
    expect(await verifyCoseSign1(unprotectedOnly, KEYS)).toMatchObject({ algorithm: 'ES256' });
    await refused(unprotectedOnly, 'cose_algorithm', KEYS, { requireProtectedAlgorithm: true });
    expect(await verifyCoseSign1(message(), KEYS, { requireProtectedAlgorithm: true })).toMatchObject({
      algorithm: 'ES256',
    });
    await refused(
      message({
        protectedHeaders: [
          [1, EDDSA],
          [4, KID],
        ],
        unprotectedHeaders: [[1, ES256]],
      }),
      'cose_algorithm',
    );
  });

  it.each([
    [
      'an unknown label',
      [
        [2, [-70000]],
        [-70000, 1],
      ],
    ],
    [
      'a known label and an unknown one',
      [
        [2, [1, 'exp']],
        ['exp', 1],
      ],
    ],
    ['a label that is not there', [[2, [3]]]],
    ['nothing', [[2, []]]],
    ['no list', [[2, 1]]],
  ] as const)('refuses crit that names %s', async (_name, headers) => {
    await refused(message({ protectedHeaders: [[1, ES256], [4, KID], ...headers] }), 'cose_form');
  });

  it('takes crit that names what it understands, and only protected', async () => {
    const critical = message({
      protectedHeaders: [
        [1, ES256],
        [4, KID],
        [2, [1, 4]],
      ],
    });
    expect(await verifyCoseSign1(critical, KEYS)).toMatchObject({ payload: PAYLOAD });
    await refused(message({ unprotectedHeaders: [[2, [1]]] }), 'cose_form');
  });

  it.each([
    ['no keys', []],
    ['no list', null],
    ['a private key', [{ kid: KID, key: ec.privateKey }]],
    ['a P-384 key', [{ kid: KID, key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey }]],
  ])('never verifies under %s', async (_name, keys) => {
    await expect(
      verifyCoseSign1(message(), keys as readonly { kid: Uint8Array; key: KeyObject }[]),
    ).rejects.toMatchObject({
      name: 'VerificationError',
    });
  });
});
