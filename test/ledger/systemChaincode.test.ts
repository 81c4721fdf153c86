import { decodeRefusal } from '@anlian/contracts';
import { buildProposal, decodeBlock, headerHash, messages, utf8 } from '@anlian/sdk/ledger';
import { describe, expect, it } from 'vitest';
import { random } from '../support/embeddedLedger.ts';
import { foundedLedger } from '../support/foundedLedger.ts';
import { CHANNEL } from '../support/governors.ts';
import { creatorOf } from '../support/rawLedger.ts';

describe('what the embedded ledger’s qscc answers', () => {
  const founded = foundedLedger();

  it.each([
    ['an unknown function', ['GetEverything', CHANNEL], 'unknown_command'],
    ['a name that every object has', ['constructor', CHANNEL], 'unknown_command'],
    ['another channel', ['GetChainInfo', 'other'], 'wrong_channel'],
    ['a number that is none', ['GetBlockByNumber', CHANNEL, '-1'], 'invalid_input'],
    ['a number beyond the height', ['GetBlockByNumber', CHANNEL, '999999'], 'not_found'],
    ['a transaction that is not there', ['GetTransactionByID', CHANNEL, 'ff'], 'not_found'],
    ['bytes that are no text', ['GetTransactionByID', CHANNEL, Uint8Array.of(0xff)], 'invalid_input'],
    ['a hash that is not there', ['GetBlockByHash', CHANNEL, Uint8Array.of(0xff)], 'not_found'],
  ])('refuses qscc with %s', async (_, args, code) => {
    expect(decodeRefusal((await founded.ask(await systemCall(args))).message)?.code).toBe(code);
  });

  const systemCall = async (args: readonly (string | Uint8Array)[]): Promise<Uint8Array> => {
    const bytes = args.map((arg) => (typeof arg === 'string' ? utf8(arg) : arg));
    return (
      await buildProposal(
        { channel: CHANNEL, chaincode: 'qscc', args: bytes },
        { creator: creatorOf(founded.hengyuan), nonce: random(24), timeMs: Date.now() },
      )
    ).bytes;
  };

  it('answers qscc with the same block by number, by hash and by transaction', async () => {
    const endorsed = await founded.endorsed();
    const { blockNumber } = await founded.ledger.submit(await founded.envelope(endorsed));
    const block = await founded.ledger.block(blockNumber);
    const hash = await headerHash(decodeBlock(block, 'invalid_input').header);
    for (const args of [
      ['GetBlockByNumber', CHANNEL, String(blockNumber)],
      ['GetBlockByHash', CHANNEL, hash],
      ['GetBlockByTxID', CHANNEL, endorsed.txId],
    ]) {
      const { result } = await founded.ask(await systemCall(args));
      expect(Buffer.compare(result, block)).toBe(0);
    }
    const { result } = await founded.ask(await systemCall(['GetChainInfo', CHANNEL]));
    expect(messages.ledgerInfo.BlockchainInfo.deserializeBinary(result).toObject()).toMatchObject({
      height: blockNumber + 1,
      currentblockhash: Buffer.from(hash).toString('base64'),
    });
  });
});
