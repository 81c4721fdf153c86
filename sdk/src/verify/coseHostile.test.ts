import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, hex, KEYS, message, PAYLOAD, refused } from './cose.fixture.ts';
import { verifyCoseSign1 } from './index.ts';

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
