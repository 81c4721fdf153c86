import {
  AnlianError,
  type Digest,
  instantMs,
  type KeyDescriptor,
  PACK_TYPE,
  PackHeader,
  PackRow,
} from '@anlian/contracts';
import { openJws } from '../jws.ts';
import { type SyncPack, textDigest } from './make.ts';

/** What a gate expects of a pack, and the one it has. */
export interface PackExpectation {
  /** The member's pack keys that the gate trusts. */
  readonly packKeys: readonly KeyDescriptor[];
  readonly member: string;
  readonly site: string;
  readonly previous: Pick<PackHeader, 'height' | 'madeAt'> | null;
}

const MAX_JWS = 16_384;

const invalid = (detail: string, cause?: unknown): AnlianError => new AnlianError('pack_invalid', { detail, cause });

const openHeader = async (jws: string, packKeys: readonly KeyDescriptor[]): Promise<PackHeader> => {
  if (jws.length > MAX_JWS) throw invalid('the header is too long');
  try {
    const keys = packKeys.filter(({ use }) => use === 'pack');
    return PackHeader.parse(await openJws(jws, PACK_TYPE, keys));
  } catch (cause) {
    throw invalid(cause instanceof TypeError ? cause.message : 'the header is not in the expected form', cause);
  }
};

/**
 * Verifies a pack's header, and that it is no older than the present one.
 * @throws {AnlianError} `pack_invalid`, `pack_rollback`
 */
export const openPackHeader = async (
  jws: string,
  { packKeys, member, site, previous }: PackExpectation,
): Promise<{ header: PackHeader; digest: Digest }> => {
  const header = await openHeader(jws, packKeys);
  if (header.member !== member || header.site !== site) throw invalid('made for another member or site');
  if (previous !== null) {
    if (header.height < previous.height) throw new AnlianError('pack_rollback', { field: 'height' });
    if (instantMs(header.madeAt) < instantMs(previous.madeAt))
      throw new AnlianError('pack_rollback', { field: 'madeAt' });
  }
  return { header, digest: await textDigest(jws) };
};

/** Throws `pack_invalid` unless these are the rows that were signed. */
export const requireSignedRows = async (rows: string, header: PackHeader): Promise<void> => {
  if ((await textDigest(rows)) !== header.rows) throw invalid('the rows are not those that were signed');
};

const parseRow = (line: string, at: number): PackRow => {
  try {
    return PackRow.parse(JSON.parse(line));
  } catch (cause) {
    // The parser's own message would quote the row, which holds personal data.
    throw invalid(`row ${at} is not in the expected form`, cause instanceof SyntaxError ? undefined : cause);
  }
};

/**
 * A pack's rows one by one, each with its line: sorted, none twice, as many as the header says.
 * @throws {AnlianError} `pack_invalid`, when it comes to the row at fault.
 */
export function* parsePackRows(rows: string, header: PackHeader): Generator<{ row: PackRow; line: string }> {
  let [from, count, previous] = [0, 0, ''];
  for (let to = rows.indexOf('\n'); to !== -1; to = rows.indexOf('\n', from)) {
    const line = rows.slice(from, to);
    count += 1;
    if (line <= previous) throw invalid(`row ${count} is out of order`);
    yield { row: parseRow(line, count), line };
    [from, previous] = [to + 1, line];
  }
  if (from !== rows.length) throw invalid('the last row is cut short');
  if (count !== header.count) throw invalid(`${count} rows instead of ${header.count}`);
}

/**
 * Verifies a whole pack and gives its rows.
 * @throws {AnlianError} `pack_invalid`, `pack_rollback`
 */
export const openPack = async (
  pack: SyncPack,
  expectation: PackExpectation,
): Promise<{ header: PackHeader; digest: Digest; rows: PackRow[] }> => {
  const { header, digest } = await openPackHeader(pack.jws, expectation);
  await requireSignedRows(pack.rows, header);
  return { header, digest, rows: Array.from(parsePackRows(pack.rows, header), ({ row }) => row) };
};
