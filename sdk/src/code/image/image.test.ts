import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { companyClaims, type Issuer, issuer, LONGEST_COMPANY, LONGEST_MEMBER, passClaims, signer } from '../fixture.ts';
import { codeText } from '../link.ts';
import { encodeCompanyCode, encodeWorkerPass } from '../open.ts';
import { present } from '../presentation.ts';
import { type CodeSymbol, codeSymbol, MAX_QR_VERSION } from '../symbol.ts';
import { codePng } from './png.ts';
import { readPng } from './read.ts';

const UINT32 = 2 ** 32 - 1;
const LONGEST_HOST = 'gate.hengyuan-port.example:65535';
const hasZbar = spawnSync('zbarimg', ['--version']).status === 0;
const { CI } = process.env;
const isCi = CI === 'true';
const directory = mkdtempSync(join(tmpdir(), 'anlian-image-'));
afterAll(() => rmSync(directory, { recursive: true }));

let port: Issuer;
const texts: Record<'company' | 'pass', string> = { company: '', pass: '' };

beforeAll(async () => {
  port = await issuer(LONGEST_MEMBER);
  const phone = signer();
  const longest = { iss: LONGEST_MEMBER, sub: LONGEST_COMPANY, iat: UINT32 - 1, exp: UINT32 };
  const claims = companyClaims({ ...longest, score: 100, height: Number.MAX_SAFE_INTEGER });
  texts.company = codeText(LONGEST_HOST, await encodeCompanyCode(claims, port.kid, port.sign));
  const pass = await encodeWorkerPass(passClaims(phone, longest), port.kid, port.sign);
  texts.pass = codeText(LONGEST_HOST, await present(pass, UINT32, phone.sign));
});

const zbar = (png: Uint8Array): string => {
  const file = join(directory, 'code.png');
  writeFileSync(file, png);
  return execFileSync('zbarimg', ['-q', '--raw', '--nodbus', file], { encoding: 'utf8' }).trimEnd();
};

const grey = (pixels: Uint8Array, edge: number): Uint8Array =>
  PNG.sync.write(Object.assign(new PNG({ width: edge, height: edge }), { data: Buffer.from(pixels) }), {
    colorType: 0,
    inputColorType: 0,
    bitDepth: 8,
  });

/** The symbol with its quiet zone as a square of `edge` pixels, each pixel the mean of 8 x 8 samples: what a printer's driver makes of it. */
const scaled = ({ size, dark }: CodeSymbol, edge: number): Uint8Array => {
  const samples = 8;
  const modules = size + 8;
  const at = (position: number): number => Math.floor((position / (edge * samples)) * modules) - 4;
  const isDark = (row: number, column: number): boolean =>
    row >= 0 && column >= 0 && row < size && column < size && dark[row * size + column] === 1;
  return Uint8Array.from({ length: edge * edge }, (_, pixel) => {
    const [top, left] = [Math.floor(pixel / edge) * samples, (pixel % edge) * samples];
    let light = 0;
    for (let y = 0; y < samples; y++)
      for (let x = 0; x < samples; x++) light += isDark(at(top + y), at(left + x)) ? 0 : 1;
    return Math.round((light / samples ** 2) * 255);
  });
};

/** 3 x 3 binomial blur: a Gaussian of about 0.7 pixels. */
const blurred = (pixels: Uint8Array, edge: number): Uint8Array => {
  const line = (source: Uint8Array, step: number): Uint8Array =>
    source.map((value, at) => ((source[at - step] ?? value) + 2 * value + (source[at + step] ?? value)) / 4);
  return line(line(pixels, 1), edge);
};

/** 50 mm at 150 dpi. */
const PRINT_PX = 295;
const readers = [
  ['zxing-wasm', readPng],
  ['zbarimg', async (png: Uint8Array) => zbar(png)],
] as const;

describe.each(['company', 'pass'] as const)('the longest %s code, link included', (kind) => {
  it('fits the QR version that a gate camera reads', () => {
    expect(texts[kind].length).toBeGreaterThan(650);
    expect(codePng(texts[kind], { maxVersion: MAX_QR_VERSION[kind] }).version).toBeLessThanOrEqual(
      MAX_QR_VERSION[kind],
    );
  });

  describe.each(readers)('%s', (name, read) => {
    const requireReader = (skip: (reason: string) => void): void => {
      const isAbsent = name === 'zbarimg' && !hasZbar;
      if (isAbsent && !isCi) skip('zbarimg is not installed: apt-get install zbar-tools');
    };

    it('reads the PNG', async ({ skip }) => {
      requireReader(skip);
      expect(await read(codePng(texts[kind]).png)).toBe(texts[kind]);
    });

    it('reads it as a 50 mm square at 150 dpi in 8-bit grey, slightly blurred', async ({ skip }) => {
      requireReader(skip);
      const print = grey(blurred(scaled(codeSymbol(texts[kind]), PRINT_PX), PRINT_PX), PRINT_PX);
      expect(await read(print)).toBe(texts[kind]);
    });
  });
});

describe('making a PNG', () => {
  it('refuses a text that needs a higher version than its kind may have', () => {
    expect(() => codePng(texts.pass, { maxVersion: MAX_QR_VERSION.company })).toThrow(
      expect.objectContaining({ code: 'code_invalid' }),
    );
  });

  it.each(['hello', 'https://a.example/c#123', ''])('refuses %j, which is no code’s text', (text) => {
    expect(() => codePng(text)).toThrow(expect.objectContaining({ code: 'code_invalid' }));
  });

  it.each([0, 1.5, 41, Number.NaN])('refuses a module of %d pixels', (moduleSizePx) => {
    expect(() => codePng(texts.company, { moduleSizePx })).toThrow(RangeError);
  });
});

describe('reading a PNG', () => {
  const bomb = (): Uint8Array => {
    const png = grey(new Uint8Array(4), 2);
    new DataView(png.buffer, png.byteOffset).setUint32(16, 2_000_000_000);
    return png;
  };
  it.each([
    ['no bytes', () => new Uint8Array()],
    ['text', () => new TextEncoder().encode('%PDF-1.7 and so on, long enough for a header')],
    ['a header that announces 2,000,000,000 columns', bomb],
    ['a white page', () => grey(new Uint8Array(200 * 200).fill(255), 200)],
    ['a PNG cut short', () => codePng(texts.company).png.slice(0, 300)],
  ])('refuses %s', async (_what, make) => {
    await expect(readPng(make())).rejects.toMatchObject({ code: 'code_invalid' });
  });
});
