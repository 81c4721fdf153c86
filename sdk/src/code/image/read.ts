import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AnlianError } from '@anlian/contracts';
import { PNG } from 'pngjs';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

const MAX_PNG_BYTES = 16 << 20;
/** An A4 page at 600 dpi. A PNG of a few bytes can announce a far larger image. */
const MAX_PIXELS = 36_000_000;
const IHDR_END = 24;

/** The reader's wasm comes from the installed package; by default it would be fetched from a network. */
let reader: Promise<unknown> | undefined;
const loadReader = (): Promise<unknown> => {
  reader ??= readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))).then((wasm) =>
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true }),
  );
  return reader;
};

const pixelsOf = (png: Uint8Array): PNG => {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (bytes.length < IHDR_END || bytes.length > MAX_PNG_BYTES) throw new RangeError('size of the file');
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAX_PIXELS) throw new RangeError('size of the image');
  return PNG.sync.read(bytes);
};

/**
 * The text of the one QR code in a PNG.
 * @throws {AnlianError} `code_invalid` when the bytes are no PNG of a sensible size, or hold no QR code, or several.
 */
export const readPng = async (png: Uint8Array): Promise<string> => {
  let image: PNG;
  try {
    image = pixelsOf(png);
  } catch (cause) {
    throw new AnlianError('code_invalid', { detail: 'not a PNG image of a sensible size', cause });
  }
  await loadReader();
  const pixels = {
    data: new Uint8ClampedArray(image.data),
    width: image.width,
    height: image.height,
    colorSpace: 'srgb' as const,
  };
  const [first, second] = await readBarcodes(pixels, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 2 });
  if (first === undefined || second !== undefined)
    throw new AnlianError('code_invalid', { detail: first ? 'several QR codes' : 'no QR code' });
  return first.text;
};
