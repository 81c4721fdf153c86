import { type BlockBundle, toHex } from '@anlian/contracts';
import { ensure } from '../form.ts';
import { listTransactions, openBlock, requireBlockChannel, requireBlockData, requireOrderers } from './block.ts';
import type { Checklist } from './checklist.ts';
import type { TrustedChannel } from './trust.ts';
import type { BlockSubject } from './verdict.ts';

/** A whole block: that the channel's orderers made it, and what is in it. Which of it is valid no block alone can tell. */
export const verifyBlock = async (
  list: Checklist,
  bundle: BlockBundle,
  channel: TrustedChannel,
): Promise<BlockSubject> => {
  const { trust } = channel;
  const opened = await list.run(
    'block_form',
    () => openBlock(bundle),
    ({ block }) => `block ${block.header.number}`,
  );
  await list.run('channel', () => requireBlockChannel(bundle, opened, channel), trust.channel);
  const isOurs = bundle.chaincode === trust.chaincode;
  await list.run('chaincode', () => ensure(isOurs, 'chaincode', 'the file names another chaincode'), trust.chaincode);
  await list.run('block_data', () => requireBlockData(opened));
  await list.run(
    'block_signature',
    () => requireOrderers(opened, channel),
    (mspIds) => (mspIds.length === 0 ? 'the genesis block' : `orderers of ${mspIds.join(', ')}`),
  );
  const transactions = await list.run(
    'block_transactions',
    () => listTransactions(opened, channel),
    (found) => `${found.length} transactions`,
  );
  const { number, previousHash } = opened.block.header;
  return {
    number,
    hash: toHex(opened.hash),
    previousHash: toHex(previousHash),
    validity: 'unproven',
    transactions,
  };
};
