import { type CommandArgs, stateKey } from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { evidenceLog } from '../../testing/evidenceLog.ts';
import { testKey } from '../../testing/keys.ts';
import { openLedgerWith, type TestLedger } from '../../testing/ledger.ts';

type Anchor = CommandArgs<'evidence:anchor'>;
const refused = (code: string) => expect.objectContaining({ code });
const [NORTH, SOUTH] = [`gat_${'1'.repeat(32)}`, `gat_${'2'.repeat(32)}`] as const;

let ledger: TestLedger;
let log: ReturnType<typeof evidenceLog>;
beforeEach(async () => {
  ledger = await openLedgerWith(['hengyuan', 'qichuan'], ['dinggu']);
  log = evidenceLog('dinggu', ledger.keyOf('dinggu', 'log'));
});
const anchor = (args: Anchor) => ledger.send('dinggu', 'evidence:anchor', args);
const anchored = () => ledger.record(stateKey.anchor('dinggu'));

it('takes heads that each contain the one before', async () => {
  await anchor(await log.anchor(1));
  await anchor(await log.anchor(7, 1));
  await anchor(await log.anchor(8, 7));
  await anchor(await log.anchor(300, 8));
  expect(await anchored()).toMatchObject({ size: 300, version: 4, origin: 'anlian/anlian-test/dinggu' });
});

it('answers the same head again without writing or telling anything of it', async () => {
  const first = await anchor(await log.anchor(3));
  const again = await anchor({ ...(await log.anchor(3)), consistency: [] });
  expect(again.result).toEqual(first.result);
  expect(again.events).toEqual([]);
  expect(again.writes.map(([key]) => key)).toEqual([expect.stringMatching(/^cmd\//)]);
});

describe('after a head of seven leaves', () => {
  beforeEach(async () => {
    await anchor(await log.anchor(7));
  });

  it.each<[string, () => Promise<Anchor>]>([
    ['a shorter tree', async () => ({ ...(await log.anchor(5)), consistency: await log.path(5, 7) })],
    [
      'another tree of the same size',
      () => evidenceLog('dinggu', ledger.keyOf('dinggu', 'log'), { from: 3 }).anchor(7),
    ],
    [
      'a longer tree with another past',
      () => evidenceLog('dinggu', ledger.keyOf('dinggu', 'log'), { from: 3 }).anchor(9, 7),
    ],
    ['a longer tree without a proof', () => log.anchor(9)],
    [
      'a proof with a surplus hash',
      async () => {
        const args = await log.anchor(9, 7);
        return { ...args, consistency: [...args.consistency, ...args.consistency.slice(0, 1)] };
      },
    ],
    ['a proof from another head', async () => ({ ...(await log.anchor(9)), consistency: await log.path(6, 9) })],
    ['a proof for the same head', async () => ({ ...(await log.anchor(7)), consistency: await log.path(6, 7) })],
  ])('%s is inconsistent', async (_, args) => {
    await expect(anchor(await args())).rejects.toEqual(refused('anchor_inconsistent'));
    expect(await anchored()).toMatchObject({ size: 7 });
  });
});

it('takes no proof with the first head: there is nothing to be consistent with', async () => {
  await expect(anchor({ ...(await log.anchor(3)), consistency: await log.path(2, 3) })).rejects.toEqual(
    refused('anchor_inconsistent'),
  );
});

describe('a checkpoint', () => {
  const tampered = async (change: (text: string) => string): Promise<Anchor> => {
    const args = await log.anchor(3);
    return { ...args, checkpoint: change(args.checkpoint) };
  };

  it.each<[string, () => Promise<Anchor>]>([
    ['of the empty tree', () => log.anchor(0)],
    ['of a size that no number holds', () => tampered((text) => text.replace('\n3\n', '\n9007199254740993\n'))],
    ['of another size than was signed', () => tampered((text) => text.replace('\n3\n', '\n4\n'))],
    ['with an extension line', () => tampered((text) => text.replace('\n\n', '\nextra\n\n'))],
    ['without its signature', () => tampered((text) => text.slice(0, text.indexOf('\u2014')))],
    ['with a trailing byte', () => tampered((text) => `${text}x`)],
    ['signed by another key', () => evidenceLog('dinggu', testKey('log')).anchor(3)],
    [
      'of another member’s log',
      async () => ({ ...(await log.anchor(3)), checkpoint: await log.checkpoint(3, 'anlian/anlian-test/qichuan') }),
    ],
    [
      'of another channel',
      async () => ({ ...(await log.anchor(3)), checkpoint: await log.checkpoint(3, 'anlian/other/dinggu') }),
    ],
  ])('%s is invalid', async (_, args) => {
    await expect(anchor(await args())).rejects.toEqual(refused('anchor_invalid'));
  });

  it('of a member that retired its log key is invalid', async () => {
    await ledger.send('dinggu', 'member:retire_key', { kid: ledger.keyOf('dinggu', 'log').descriptor.kid });
    await expect(anchor(await log.anchor(3))).rejects.toEqual(refused('anchor_invalid'));
  });

  it('by a retired log key is invalid; by its successor, over the same log, it is valid', async () => {
    await anchor(await log.anchor(3));
    const next = testKey('log');
    await ledger.send('dinggu', 'member:register_key', { key: next.descriptor });
    await expect(anchor(await log.anchor(5, 3))).rejects.toEqual(refused('anchor_invalid'));
    await anchor(await evidenceLog('dinggu', next).anchor(5, 3));
  });
});

describe('the gates of a head', () => {
  beforeEach(async () => {
    for (const gate of [NORTH, SOUTH])
      await ledger.send('dinggu', 'member:register_key', { key: testKey('gate', gate).descriptor });
  });
  const heads = async (size: number, after: number, gates: Anchor['gates']) =>
    anchor({ ...(await log.anchor(size, after)), gates });

  it('go forward or stay', async () => {
    await heads(3, 0, [
      { gate: NORTH, seq: 2 },
      { gate: SOUTH, seq: 1 },
    ]);
    await heads(4, 3, [
      { gate: NORTH, seq: 2 },
      { gate: SOUTH, seq: 2 },
    ]);
    expect(await ledger.record(stateKey.gateSequence('dinggu', SOUTH))).toBe(2);
    await expect(heads(5, 4, [{ gate: NORTH, seq: 1 }])).rejects.toEqual(refused('anchor_inconsistent'));
    expect(await anchored()).toMatchObject({ size: 4 });
  });

  it('stay as they are under the same head: what was anchored over it is what it covers', async () => {
    const north = (seq: number): Anchor['gates'] => [{ gate: NORTH, seq }];
    await heads(3, 0, north(2));
    const again = async (gates: Anchor['gates']) => anchor({ ...(await log.anchor(3)), gates });
    await again(north(2));
    await again([]);
    for (const gates of [north(3), north(1), [...north(2), { gate: SOUTH, seq: 1 }]])
      await expect(again(gates)).rejects.toEqual(refused('anchor_inconsistent'));
    expect(await ledger.record(stateKey.gateSequence('dinggu', NORTH))).toBe(2);
    await heads(4, 3, [...north(9), { gate: SOUTH, seq: 1 }]);
  });

  it.each<[string, Anchor['gates']]>([
    ['that the member never registered', [{ gate: `gat_${'3'.repeat(32)}`, seq: 1 }]],
    [
      'listed twice',
      [
        { gate: NORTH, seq: 1 },
        { gate: NORTH, seq: 2 },
      ],
    ],
  ])('%s are refused', async (_, gates) => {
    await expect(heads(3, 0, gates)).rejects.toEqual(refused('invalid_input'));
  });

  it('whose key was rotated keep their sequence', async () => {
    await heads(3, 0, [{ gate: NORTH, seq: 5 }]);
    await ledger.send('dinggu', 'member:register_key', { key: testKey('gate', NORTH).descriptor });
    await expect(heads(4, 3, [{ gate: NORTH, seq: 1 }])).rejects.toEqual(refused('anchor_inconsistent'));
  });
});
