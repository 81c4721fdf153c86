import { generateKeyPairSync, type KeyObject, sign, webcrypto } from 'node:crypto';
import { encode, Tagged } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CoseKey, type CoseOptions, verifyCoseSign1 } from './index.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const [ES256, PS256, EDDSA] = [-7, -37, -8];
const KID = utf8('gate-1');
const PAYLOAD = utf8('声明');

type Signer = (message: Uint8Array) => Uint8Array;
const SIGNERS = new Map<unknown, Signer>([
  [ES256, (message) => sign('sha256', message, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })],
  [PS256, (message) => sign('sha256', message, { key: rsa.privateKey, padding: 6, saltLength: 32 })],
  [EDDSA, (message) => sign(null, message, ed.privateKey)],
]);

interface Parts {
  readonly protectedHeaders?: readonly (readonly [unknown, unknown])[];
  readonly unprotectedHeaders?: readonly (readonly [unknown, unknown])[];
  readonly protectedBytes?: Uint8Array;
  readonly signer?: Signer;
  readonly shape?: (parts: readonly unknown[]) => unknown;
}

const toMap = (entries: readonly (readonly [unknown, unknown])[]): Map<unknown, unknown> => new Map(entries);

/** A message as an issuer would sign it; each test changes one thing about it. */
const message = (parts: Parts = {}): Uint8Array => {
  const headers = parts.protectedHeaders ?? [
    [1, ES256],
    [4, KID],
  ];
  const protectedBytes = parts.protectedBytes ?? encode(toMap(headers));
  const signer = parts.signer ?? SIGNERS.get(toMap(headers).get(1)) ?? SIGNERS.get(ES256)!;
  const signature = signer(encode(['Signature1', protectedBytes, new Uint8Array(), PAYLOAD]));
  const whole = [protectedBytes, toMap(parts.unprotectedHeaders ?? []), PAYLOAD, signature];
  return encode(parts.shape === undefined ? new Tagged(18, whole) : parts.shape(whole));
};

const KEYS: readonly CoseKey[] = [{ kid: KID, key: ec.publicKey }];
const ALL_KEYS: readonly CoseKey[] = [ed, rsa, ec].map(({ publicKey }) => ({ kid: KID, key: publicKey }));
const refused = (bytes: Uint8Array, check: string, keys = KEYS, given: CoseOptions = {}) =>
  expect(verifyCoseSign1(bytes, keys, given)).rejects.toMatchObject({ name: 'VerificationError', check });

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

const nest = (opening: string, depth: number): Uint8Array => hex(`${opening.repeat(depth)}00`);

describe('hostile COSE bytes', () => {
  it.each([
    ['no bytes', new Uint8Array()],
    ['no bytes at all', 'd28440' as unknown as Uint8Array],
    ['a trailing byte', concat(message(), hex('00'))],
    ['the message twice', concat(message(), message())],
    ['60,000 nested arrays', nest('81', 60_000)],
    ['60,000 nested tags', nest('d2', 60_000)],
    ['30,000 nested maps', nest('a100', 30_000)],
    ['arrays of arrays of declared 2^32 items', nest('9affffffff', 10)],
    ['a protected header stated twice', message({ protectedBytes: hex('a3012601260446676174652d31') })],
    ['an unprotected header stated twice', hex('8440a20441010441024040')],
    ['protected headers that are no map', message({ protectedBytes: hex('80') })],
    ['protected headers with a trailing byte', message({ protectedBytes: hex('a1012600') })],
    ['protected headers nested too deep', message({ protectedBytes: concat(hex('a103'), nest('81', 20)) })],
  ])('are refused at once: %s', async (_name, bytes) => {
    const begun = performance.now();
    await refused(bytes, 'cose_form');
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('are refused above the limit of length, however well signed', async () => {
    const long = message({ unprotectedHeaders: [['padding', new Uint8Array(65_536)]] });
    await refused(long, 'cose_form');
    expect(await verifyCoseSign1(long, KEYS, { maxBytes: 70_000 })).toMatchObject({ payload: PAYLOAD });
    await refused(message(), 'cose_form', KEYS, { maxBytes: 50 });
  });

  it('of any kind end in a verification error', async () => {
    const good = message();
    const mutation = fc.tuple(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 12 }));
    const spliced = mutation.map(([at, bytes]) =>
      concat(good.subarray(0, at), bytes, good.subarray(at + bytes.length)),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 400 }), spliced), async (bytes) => {
        fc.pre(!Buffer.from(bytes).equals(good));
        await expect(verifyCoseSign1(bytes, KEYS)).rejects.toMatchObject({ name: 'VerificationError' });
      }),
      { numRuns: 1000 },
    );
  });

  it('never echo what they hold', async () => {
    const secret = '身份证号990101';
    const shape = (parts: readonly unknown[]) => [...parts.slice(0, 2), secret, parts[3]];
    const error = await verifyCoseSign1(message({ shape }), KEYS).catch((caught: Error) => caught);
    expect(String(error)).not.toContain(secret);
    const twice = concat(hex('a2'), encode(secret), hex('00'), encode(secret), hex('00'));
    const error2 = await verifyCoseSign1(twice, KEYS).catch((caught: Error) => caught);
    expect(String(error2)).not.toContain(secret);
  });
});
