import { canonicalBytes } from '@anlian/contracts';
import { buildProposal, utf8 } from '@anlian/sdk/ledger';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askedIn, blockInstead } from '../support/endorsedBlock.ts';
import { CHAINCODE, CHANNEL, signedBy } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';
import { creatorOf } from '../support/rawLedger.ts';
import { FORGED, FORGED_SITE, type Following, honestChain, openFollowing } from '../support/reexecution.ts';

describe.each(eachDatabase)('a valid call with a command’s name in no form of a command ($name)', (database) => {
  let node: Following;
  let chain: Awaited<ReturnType<typeof honestChain>>;
  beforeAll(async () => {
    chain = await honestChain();
    node = await openFollowing(database);
  });
  beforeEach(() => node.forget());
  afterEach(() => node.stop());

  it('does not end the following: who runs it again raises an alarm', async () => {
    const { blocks, governors } = chain;
    const honest = blocks[FORGED] as Uint8Array;
    const { command, actor } = signedBy(governors[0], 'site:register', { site: FORGED_SITE });
    const args = [utf8(command.name), canonicalBytes(command), utf8(actor), utf8('surplus')];
    const { bytes } = await buildProposal(
      { channel: CHANNEL, chaincode: CHAINCODE, args },
      { creator: creatorOf(governors[0]), nonce: new Uint8Array(24).fill(9), timeMs: Date.now() },
    );
    const forged = { proposal: bytes, action: askedIn(honest).action, endorsers: governors.slice(0, 2) };
    await node.followAll(blocks.with(FORGED, await blockInstead(honest, forged)));
    expect(await node.alarms()).toMatchObject([
      { blockNumber: FORGED, differs: ['refusal'], refusal: 'invalid_input', endorsers: ['hengyuanMSP', 'qichuanMSP'] },
    ]);
  });
});
