import { PNG } from 'pngjs';
import { codeSymbol } from '../symbol.ts';

export interface CodePngOptions {
  /** Edge of one module; 4 prints well. */
  readonly moduleSizePx?: number;
  /** Highest QR version allowed: `MAX_QR_VERSION.company` or `.pass` (the default). */
  readonly maxVersion?: number;
}

/** ISO/IEC 18004 asks for four modules of white around the symbol. */
const QUIET_MODULES = 4;

/**
 * PNG (8-bit grey) of a code's QR text.
 * @throws {AnlianError} `code_invalid` as `codeSymbol`; `RangeError` for a module size that is no whole number from 1 to 40.
 */
export const codePng = (text: string, options: CodePngOptions = {}): { png: Uint8Array; version: number } => {
  const { moduleSizePx = 4, maxVersion } = options;
  if (!Number.isInteger(moduleSizePx) || moduleSizePx < 1 || moduleSizePx > 40) throw new RangeError('moduleSizePx');
  const symbol = codeSymbol(text, maxVersion);
  const edge = (symbol.size + 2 * QUIET_MODULES) * moduleSizePx;
  const pixels = Buffer.alloc(edge * edge, 0xff);
  symbol.dark.forEach((isDark, at) => {
    if (!isDark) return;
    const top = (Math.floor(at / symbol.size) + QUIET_MODULES) * moduleSizePx;
    const left = ((at % symbol.size) + QUIET_MODULES) * moduleSizePx;
    for (let y = top; y < top + moduleSizePx; y++) pixels.fill(0, y * edge + left, y * edge + left + moduleSizePx);
  });
  const image = Object.assign(new PNG({ width: edge, height: edge }), { data: pixels });
  const png = PNG.sync.write(image, { colorType: 0, inputColorType: 0, bitDepth: 8 });
  return { png: new Uint8Array(png), version: symbol.version };
};
