import { encode, Tagged } from 'cborg';
import { describe, expect, it } from 'vitest';
import { verifyCwtTime } from './index.ts';

const NOW = new Date('2026-11-22T04:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const [EXP, NBF, IAT] = [4, 5, 6];
const claims = (...entries: readonly (readonly [unknown, unknown])[]) => new Map<unknown, unknown>(entries);
const bytes = (value: unknown): Uint8Array => encode(value);
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

describe('CWT times', () => {
  it.each([
    ['no times at all', []],
    [
      'all three in order',
      [
        [IAT, SECONDS - 60],
        [NBF, SECONDS - 60],
        [EXP, SECONDS + 60],
      ],
    ],
    ['issued this second', [[IAT, SECONDS]]],
    ['in force from this second', [[NBF, SECONDS]]],
    ['a millisecond before expiry', [[EXP, SECONDS + 0.001]]],
    [
      'fractions of seconds',
      [
        [IAT, SECONDS - 0.5],
        [EXP, SECONDS + 0.5],
      ],
    ],
    ['the last second of the year 9999', [[EXP, 253_402_300_799]]],
    [
      'other claims of any kind',
      [
        [1, 'iss'],
        [-260, new Map([[1, new Tagged(0, '2021-01-01')]])],
        ['x', [1, null]],
      ],
    ],
  ] as const)('hold with %s', async (_name, entries) => {
    for (const input of [claims(...entries), bytes(claims(...entries))]) {
      await expect(verifyCwtTime(input, { now: NOW })).resolves.toBeDefined();
    }
  });

  it.each([
    ['issued after now', [IAT, SECONDS + 1]],
    ['not in force yet', [NBF, SECONDS + 0.001]],
    ['expiring this very second', [EXP, SECONDS]],
    ['expired', [EXP, SECONDS - 1]],
  ] as const)('do not hold when %s', async (_name, entry) => {
    for (const input of [claims(entry), bytes(claims(entry))]) {
      await expect(verifyCwtTime(input, { now: NOW })).rejects.toMatchObject({
        name: 'VerificationError',
        check: 'cwt_time',
      });
    }
  });

  it('give a clock that is off as much leeway as the caller says, and no more', async () => {
    const late = claims([EXP, SECONDS - 29]);
    const early = claims([IAT, SECONDS + 30], [NBF, SECONDS + 30]);
    for (const input of [late, early]) {
      await expect(verifyCwtTime(input, { now: NOW, leewaySeconds: 30 })).resolves.toBeDefined();
      await expect(verifyCwtTime(input, { now: NOW, leewaySeconds: 28 })).rejects.toMatchObject({ check: 'cwt_time' });
    }
    await expect(verifyCwtTime(claims([EXP, SECONDS - 30]), { now: NOW, leewaySeconds: 30 })).rejects.toMatchObject({
      check: 'cwt_time',
    });
  });

  it('give back the claims and the times found', async () => {
    const found = await verifyCwtTime(bytes(claims([1, '恒远'], [EXP, SECONDS + 60])), { now: NOW });
    expect(found.claims.get(1)).toBe('恒远');
    expect(found).toMatchObject({ exp: SECONDS + 60 });
    expect(found).not.toHaveProperty('iat');
  });

  it('must be there when the caller requires them', async () => {
    const input = claims([EXP, SECONDS + 60]);
    await expect(verifyCwtTime(input, { now: NOW, required: ['exp'] })).resolves.toBeDefined();
    await expect(verifyCwtTime(input, { now: NOW, required: ['exp', 'iat'] })).rejects.toMatchObject({
      check: 'cwt_form',
    });
  });

  const absurd = [
    ['text', '1795000000'],
    ['null', null],
    ['true', true],
    ['bytes', hex('6a')],
    ['a list', [1_795_000_000]],
    ['a map', new Map()],
    ['a tagged time', new Tagged(1, 1_795_000_000)],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['minus infinity', Number.NEGATIVE_INFINITY],
    ['a negative time', -1],
    ['milliseconds', NOW.getTime()],
    ['2^64 - 1', 2n ** 64n - 1n],
    ['-2^64', -(2n ** 64n)],
  ] as const;
  it.each(absurd)('that are %s are refused, whichever claim has them', async (_name, value) => {
    for (const label of [EXP, NBF, IAT]) {
      for (const input of [claims([label, value]), bytes(claims([label, value]))]) {
        await expect(verifyCwtTime(input, { now: NOW })).rejects.toMatchObject({ check: 'cwt_form' });
      }
    }
  });

  it.each([
    ['undefined', 'a104f7'],
    ['a half-precision NaN', 'a104f97e00'],
    ['a double infinity', 'a104fb7ff0000000000000'],
  ])('encoded as %s are refused', async (_name, encoded) => {
    await expect(verifyCwtTime(hex(encoded), { now: NOW })).rejects.toMatchObject({ check: 'cwt_form' });
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a list', hex('80')],
    ['text', bytes('claims')],
    ['a trailing byte', hex('a000')],
    ['one claim twice', hex('a20400041b7fffffffffffffff')],
    ['an indefinite map', hex('bfff')],
    ['a deep nest', hex(`${'81'.repeat(60_000)}00`)],
    ['a declared length of 2^64 - 1', hex('bbffffffffffffffff')],
    ['more than 64 KiB', new Uint8Array(65_537)],
    ['a plain object', { 4: SECONDS + 60 }],
    ['null', null],
    ['undefined', undefined],
  ])('are refused when the claims are %s', async (_name, input) => {
    await expect(verifyCwtTime(input as Uint8Array, { now: NOW })).rejects.toMatchObject({
      name: 'VerificationError',
      check: 'cwt_form',
    });
  });

  it('are never judged by a clock or leeway that is not a time', async () => {
    const input = claims([EXP, SECONDS - 60]);
    await expect(verifyCwtTime(input, { now: new Date(Number.NaN) })).rejects.toThrow(TypeError);
    for (const leewaySeconds of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
      await expect(verifyCwtTime(input, { now: NOW, leewaySeconds })).rejects.toThrow(TypeError);
    }
  });
});
