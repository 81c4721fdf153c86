import { definedVersion } from '@anlian/sdk/fabric';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evidence } from '../../node/src/evidence/tables.ts';
import { ledgerReexecution, ledgerState } from '../../node/src/ledger/tables.ts';
import { sites } from '../../node/src/network/tables.ts';
import { withDefinition } from '../support/committedDefinition.ts';
import { askedIn, blockInstead } from '../support/endorsedBlock.ts';
import { eachDatabase } from '../support/postgres.ts';
import {
  FORGED,
  type Following,
  type HonestChain,
  honestChain,
  openFollowing,
  otherValue,
  SITES,
  written,
} from '../support/reexecution.ts';

const [OWN, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];
const versionOf = (sha256: string) => definedVersion({ version: '0.1.0', sha256 });
const ownRules = async () => OWN;
/** One transaction of ours in each block from the founding on, but for the block that commits the definition. */
const FIRST = 1;

describe.each(eachDatabase)('a governor’s node on a channel that says which rules it runs ($name)', (database) => {
  let chain: HonestChain;
  let node: Following;

  beforeAll(async () => {
    chain = await honestChain();
    node = await openFollowing(database);
  });
  beforeEach(() => node.forget());
  afterEach(() => node.stop());

  /** Block `FORGED` holds a value that our rules do not give, and before the first transaction the channel commits a definition. */
  const forgedChain = async (sha256: string) => {
    const honest = chain.blocks[FORGED] as Uint8Array;
    const { proposal, action } = askedIn(honest);
    const forged = await blockInstead(honest, {
      proposal,
      action: otherValue(action),
      endorsers: [chain.governors[1]],
    });
    return definedAt(chain.blocks.with(FORGED, forged), FIRST, sha256);
  };
  const definedAt = (blocks: readonly Uint8Array[], at: number, sha256: string) =>
    withDefinition(blocks, { at, version: versionOf(sha256), by: chain.governors[0] });

  it('raises an alarm at what the rules do not give, where they are its own', async () => {
    await node.followAll(await forgedChain(OWN), { ownRules });
    expect(await node.alarms()).toMatchObject([{ blockNumber: FORGED + 1, differs: ['writes'] }]);
    expect(await node.passedOver()).toEqual([]);
  });

  it('raises none where they are others, says which blocks it did not run, and goes on with what they wrote', async () => {
    const blocks = await forgedChain(OTHER);
    await node.followAll(blocks, { ownRules });
    expect(await node.alarms()).toEqual([]);
    expect(await node.passedOver()).toEqual([
      { from: 2, to: blocks.length - 1, blocks: blocks.length - 2, ran: versionOf(OTHER), own: OWN },
    ]);
    expect(await node.state()).toEqual(written(blocks));
    expect(await node.db.select().from(sites)).toHaveLength(SITES);
  });

  it.each([
    ['its own rules follow others', OTHER, OWN],
    ['others follow its own', OWN, OTHER],
  ])('runs just the blocks of its own rules, when %s', async (_, first, second) => {
    const at = FORGED + 1;
    const blocks = await definedAt(await forgedChain(first), at + 1, second);
    await node.followAll(blocks, { ownRules });
    const isFirst = first === OWN;
    expect(await node.alarms()).toMatchObject(isFirst ? [{ blockNumber: at }] : []);
    expect(await node.passedOver()).toEqual([
      isFirst
        ? { from: at + 2, to: blocks.length - 1, blocks: blocks.length - at - 2, ran: versionOf(OTHER), own: OWN }
        : { from: 2, to: at, blocks: at - 1, ran: versionOf(OTHER), own: OWN },
    ]);
  });

  it('remembers across a restart which rules are in force, and tells a return to earlier ones apart', async () => {
    const there = await definedAt(await forgedChain(OTHER), FORGED + 2, OWN);
    const back = await definedAt(there, FORGED + 4, OTHER);
    for (let stop = 1; stop <= back.length; stop += 1) await node.followAll(back.slice(0, stop), { ownRules });
    expect(await node.alarms()).toEqual([]);
    expect((await node.passedOver()).map(({ from, to }) => [from, to])).toEqual([
      [FORGED + 5, back.length - 1],
      [2, FORGED + 1],
    ]);
  });

  it.each<[string, () => Promise<Uint8Array[]>, string | null]>([
    ['no definition', async () => [...chain.blocks], null],
    [
      'a definition that names no bundle',
      () => withDefinition(chain.blocks, { at: FIRST, version: '0.1.0', by: chain.governors[0] }),
      '0.1.0',
    ],
    [
      'a definition that nobody can read',
      () =>
        withDefinition(chain.blocks, {
          at: FIRST,
          version: '',
          by: chain.governors[0],
          value: Uint8Array.of(0x12, 0x7f),
        }),
      null,
    ],
  ])('takes %s for others’ rules, and goes on', async (_, made, ran) => {
    const blocks = await made();
    await node.followAll(blocks, { ownRules });
    expect(await node.passedOver()).toMatchObject([{ to: blocks.length - 1, ran, own: OWN }]);
    expect(node.fault()).toBeUndefined();
  });

  it('that cannot tell its own rules runs nothing, and says so', async () => {
    await node.followAll(await forgedChain(OWN), { ownRules: async () => undefined });
    expect(await node.alarms()).toEqual([]);
    expect(await node.passedOver()).toMatchObject([{ ran: versionOf(OWN), own: null }]);
  });

  it('keeps an alarm once, when its blocks are run again from the first', async () => {
    const blocks = await forgedChain(OWN);
    await node.followAll(blocks, { ownRules });
    for (const table of [ledgerReexecution, ledgerState]) await node.db.delete(table);
    await node.followAll(blocks, { ownRules });
    expect(await node.alarms()).toHaveLength(1);
    expect(await node.db.select().from(evidence)).toHaveLength(1);
    expect(await node.state()).toEqual(written(blocks));
  });

  it('runs everything where the ledger says nothing of its rules, as the embedded one', async () => {
    await node.followAll(await forgedChain(OTHER));
    expect(await node.alarms()).toHaveLength(1);
    expect(await node.passedOver()).toEqual([]);
  });
});
