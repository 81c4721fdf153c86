import { sha256 } from '@anlian/chaincode/crypto';
import { canonicalText, Digest, PACK_TYPE, type PackHeader, type PackRow, toBase64Url } from '@anlian/contracts';
import type { SignBytes } from '../../code/sign1.ts';
import { attachSignature, signingInput } from '../jws.ts';

const encoder = new TextEncoder();

/** SHA-256 of a text's UTF-8 bytes: of a pack's rows, and of the JWS that a `previous` names. */
export const textDigest = async (text: string): Promise<Digest> =>
  Digest.parse(toBase64Url(await sha256(encoder.encode(text))));

/** Rows as they travel: canonical NDJSON, sorted by line in UTF-16 code units, each line ended by a newline. */
export const packRowsText = (rows: readonly PackRow[]): string =>
  rows
    .map((row) => `${canonicalText(row)}\n`)
    .sort()
    .join('');

export interface SyncPack {
  readonly jws: string;
  readonly rows: string;
}

/** The compact JWS over a pack's header, by the member's pack key. `kid` is that key's thumbprint. */
export const signPack = async (header: PackHeader, kid: Digest, sign: SignBytes): Promise<string> => {
  const input = signingInput(PACK_TYPE, kid, header);
  return attachSignature(input, await sign(encoder.encode(input)));
};

/** A whole pack from its rows. `previous` is the digest of the JWS of the pack before, null for the first. */
export const makePack = async (
  facts: Omit<PackHeader, 'v' | 'rows' | 'count'>,
  rows: readonly PackRow[],
  kid: Digest,
  sign: SignBytes,
): Promise<SyncPack> => {
  const text = packRowsText(rows);
  const header: PackHeader = { v: 1, ...facts, rows: await textDigest(text), count: rows.length };
  return { jws: await signPack(header, kid, sign), rows: text };
};
