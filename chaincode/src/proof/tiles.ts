import { VerificationError } from '@anlian/contracts';
import { type TreeInteger, toUint63 } from './integers.ts';
import { MAX_UINT63 } from './limits.ts';

/** A full tile holds this many hashes, a full entry bundle this many entries (c2sp.org/tlog-tiles). */
export const TILE_WIDTH = 256;

/** A tile of hashes: those of height 8 * level, from node 256 * index on. `level` is `entries` for an entry bundle. */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: bigint;
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number;
}

const refuse = (detail: string): never => {
  throw new VerificationError('merkle_form', detail);
};

/** Groups of three digits, all but the last marked with x: 1234067 is x001/x234/067, so no directory grows too wide. */
const formatIndex = (index: bigint): string => {
  const digits = index.toString();
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
};

const TILE_PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,6}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/**
 * Path of a tile below the log's prefix: `tile/<L>/<N>[.p/<W>]`.
 * @throws VerificationError `merkle_form` for a level above 63 or a width outside 1 to 256
 */
export const tilePath = (tile: { level: number | 'entries'; index: TreeInteger; width?: number }): string => {
  const { level, width = TILE_WIDTH } = tile;
  if (level !== 'entries' && !(Number.isInteger(level) && level >= 0 && level <= 63)) refuse('a tile level is 0 to 63');
  if (!(Number.isInteger(width) && width >= 1 && width <= TILE_WIDTH)) refuse('a tile width is 1 to 256');
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`;
  return `tile/${level}/${formatIndex(toUint63(tile.index, 'index'))}${partial}`;
};

/**
 * The exact inverse of {@link tilePath}: any other spelling of a path is refused, so each tile has one address.
 * @throws VerificationError `merkle_form`
 */
export const parseTilePath = (path: string): Tile => {
  const [, level, groups, partial] = (typeof path === 'string' && path.length < 64 && TILE_PATH.exec(path)) || [];
  if (level === undefined || groups === undefined) return refuse('not the path of a tile');
  const index = BigInt(groups.replaceAll(/[x/]/g, ''));
  if (index > MAX_UINT63) return refuse('not the path of a tile');
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const tile: Tile = { level: level === 'entries' ? level : Number(level), index, width };
  if (tilePath(tile) !== path) return refuse('not the path of a tile');
  return tile;
};
