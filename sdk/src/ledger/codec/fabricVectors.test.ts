import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { dataHash, headerDer, headerHash } from './block.ts';
import { utf8 } from './bytes.ts';
import { transactionId } from './header.ts';
import { decodeProposal, proposalHash } from './proposal.ts';

/** Made with Fabric's own Go code (`protoutil` of release 2.5.0: BlockHeaderBytes, BlockDataHash, ComputeTxID, GetProposalHash1). */
interface Vectors {
  readonly headers: readonly { readonly number: string; readonly der: string; readonly hash: string }[];
  readonly dataHash: string;
  readonly txId: string;
  readonly proposal: string;
  readonly proposalTxId: string;
  readonly proposalHash: string;
}
const vectors: Vectors = JSON.parse(readFileSync(new URL('./fabric.vectors.json', import.meta.url), 'utf8'));

describe('the codec, against Fabric’s own code', () => {
  it.each(vectors.headers)('hashes the header of block $number', async ({ number, der, hash }) => {
    const header = {
      number: Number(number),
      previousHash: number === '0' ? new Uint8Array() : new Uint8Array(32).fill(9),
      dataHash: new Uint8Array(32).fill(7),
    };
    expect(toHex(headerDer(header))).toBe(der);
    expect(toHex(await headerHash(header))).toBe(hash);
  });

  it('hashes a block’s data', async () => {
    expect(toHex(await dataHash([utf8('one'), utf8('two')]))).toBe(vectors.dataHash);
  });

  it('names a transaction', async () => {
    expect(await transactionId(utf8('nonce of 24 bytes, fixed'), utf8('creator'))).toBe(vectors.txId);
  });

  it('reads a proposal and hashes it without its transient map', async () => {
    const proposal = decodeProposal(fromHex(vectors.proposal), 'invalid_input');
    expect(proposal).toMatchObject({
      chaincode: 'anlian',
      header: { channel: 'anlian-test', chaincode: 'anlian', txId: vectors.proposalTxId },
    });
    expect(proposal.args).toEqual([utf8('site:register'), utf8('{}'), utf8('jws')]);
    expect(toHex(await proposalHash(proposal))).toBe(vectors.proposalHash);
    expect(toHex(proposal.payload)).not.toContain(toHex(utf8('at home')));
  });
});
