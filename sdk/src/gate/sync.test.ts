import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PackRow, toBase64Url } from '@anlian/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { signer } from '../code/fixture.ts';
import { thumbprint } from '../code/keys.ts';
import { SITE, workerFacts } from './fixture.ts';
import type { Gate } from './gate.ts';
import { makePack, openPack, packRowsText, textDigest } from './pack/index.ts';
import type { FetchedPack } from './sync.ts';
import { makeWorld, NOW_MS, type World } from './world.fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'anlian-sync-'));
afterAll(() => rmSync(root, { recursive: true }));

let world: World;
let gate: Gate;
let directories = 0;
beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  gate = await world.gate(join(root, String(++directories)));
  onTestFinished(() => gate.close());
});

const strangersPack = async (): Promise<FetchedPack> => {
  const stranger = signer();
  const facts = { member: 'hengyuan', site: SITE, madeAt: '2026-11-22T00:00:00.000Z', height: 50, previous: null };
  const made = await makePack(facts, world.rows(), await thumbprint(stranger.jwk), stranger.sign);
  return { serverMs: null, ...made };
};
/** Rows signed as they are, well formed or not. */
const packOfText = async (rows: string, count: number): Promise<FetchedPack> => ({
  serverMs: null,
  rows,
  jws: await world.signRows(rows, count),
});
const tampered = async (): Promise<FetchedPack> => {
  const pack = await world.pack();
  return { ...pack, rows: pack.rows.replace('"points":0', '"points":1') };
};
const text = () => packRowsText(world.rows());
const lines = () => text().trimEnd().split('\n');

describe('a sync pack', () => {
  it('is opened to its rows', async () => {
    const { jws, rows } = await world.pack();
    const expectation = { packKeys: [world.packKey], member: 'hengyuan', site: SITE, previous: null };
    const opened = await openPack({ jws, rows }, expectation);
    expect(packRowsText(opened.rows)).toBe(rows);
    expect(opened.header).toMatchObject({ height: 41, count: opened.rows.length, rows: await textDigest(rows) });
  });

  it.each<[string, () => Promise<FetchedPack>, string]>([
    ['signed by a stranger', strangersPack, 'pack_invalid'],
    ['for another site', () => world.pack({ site: 'container-1' }), 'pack_invalid'],
    ['of another member', () => world.pack({ member: 'qichuan' }), 'pack_invalid'],
    ['with one person changed after it was signed', tampered, 'pack_invalid'],
    [
      'with the rows out of order',
      () => packOfText(`${lines().reverse().join('\n')}\n`, lines().length),
      'pack_invalid',
    ],
    [
      'with a row twice',
      () => packOfText(`${[...lines(), lines().at(-1)].join('\n')}\n`, lines().length + 1),
      'pack_invalid',
    ],
    ['with one row more than it says', () => packOfText(text(), lines().length - 1), 'pack_invalid'],
    ['with its last row cut short', () => packOfText(text().slice(0, -1), lines().length), 'pack_invalid'],
    ['with a row that is no JSON', () => packOfText(`{\n${text()}`, lines().length + 1), 'pack_invalid'],
    ['with a row of an unknown kind', () => packOfText('{"t":"z"}\n', 1), 'pack_invalid'],
    [
      'with one pass under two persons',
      () => world.pack({ rows: [...world.rows(), ...world.rows([workerFacts({ points: 3 })]).slice(-1)] }),
      'pack_invalid',
    ],
    [
      'without its own site',
      () => world.pack({ rows: world.rows().filter(({ t }) => t !== 'a-site') }),
      'pack_invalid',
    ],
    ['with a header of 1 MB', async () => ({ ...(await world.pack()), jws: 'a'.repeat(1 << 20) }), 'pack_invalid'],
    [
      'with a signature too many',
      async () => ({ ...(await world.pack()), jws: `${(await world.pack()).jws}.AA` }),
      'pack_invalid',
    ],
    ['without a header', async () => ({ ...(await world.pack()), jws: '' }), 'pack_invalid'],
    [
      'without rows that the gate has not',
      async () => ({ jws: (await world.pack()).jws, serverMs: null }),
      'pack_invalid',
    ],
    [
      'of a node whose clock is ahead',
      () => world.pack({ height: 42, madeAt: '2026-11-22T00:05:00.001Z' }),
      'pack_invalid',
    ],
    [
      'of a node that lives in 2099',
      () => world.pack({ height: 42, madeAt: '2099-11-22T00:00:00.000Z' }),
      'pack_invalid',
    ],
    ['of an older height', () => world.pack({ height: 40 }), 'pack_rollback'],
    ['made earlier', () => world.pack({ madeAt: '2026-11-21T23:59:59.999Z' }), 'pack_rollback'],
  ])('%s is refused, and the present one stays', async (_what, make, code) => {
    await expect(gate.sync(make)).rejects.toMatchObject({ code });
    expect(gate.status().pack?.height).toBe(41);
    const { decision } = await gate.decide({ text: await world.show(NOW_MS), direction: 'in' });
    expect(decision.outcome).toBe('allow');
  });

  it('that is refused says so without quoting a person', async () => {
    const row =
      lines()
        .find((line) => line.includes('买买提'))
        ?.replace('"points":0', '"points":"x"') ?? '';
    const refusal: unknown = await gate.sync(() => packOfText(`${row}\n`, 1)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'pack_invalid', detail: 'row 1 is not in the expected form' });
    expect(String((refusal as Error).stack)).not.toContain('买买提');
  });

  it('is asked for by the rows that the gate has, and is fresh again without them', async () => {
    const rows = world.rows();
    await gate.sync(() => world.pack({ rows, height: 43 }));
    const asked: (string | null)[] = [];
    const result = await gate.sync(async (have) => {
      asked.push(have);
      const { jws } = await world.pack({ rows, height: 44, madeAt: '2026-11-22T00:00:01.000Z' });
      return { jws, serverMs: null };
    });
    expect(asked).toEqual([await textDigest(packRowsText(rows))]);
    expect(result).toMatchObject({ kind: 'renewed', header: { height: 44 } });
    expect(gate.status()).toMatchObject({ packAgeMs: 0, pack: { height: 44 } });
    expect((await gate.decide({ text: await world.show(NOW_MS), direction: 'in' })).decision.outcome).toBe('allow');
  });

  it('by a key that the pack before named is accepted, and by the retired one no more', async () => {
    const next = signer();
    const nextKey = { kid: await thumbprint(next.jwk), use: 'pack', jwk: next.jwk } as const;
    const rotation: PackRow[] = [
      {
        t: 'b-key',
        member: 'hengyuan',
        key: world.packKey,
        from: '2026-01-01T00:00:00.000Z',
        to: '2026-11-22T00:00:00.000Z',
      },
      { t: 'b-key', member: 'hengyuan', key: nextKey, from: '2026-11-22T00:00:00.000Z', to: null },
    ];
    await gate.sync(() => world.pack({ rows: [...world.rows(), ...rotation], height: 42 }));
    await expect(gate.sync(() => world.pack({ height: 43 }))).rejects.toMatchObject({ code: 'pack_invalid' });
    const facts = { member: 'hengyuan', site: SITE, madeAt: '2026-11-22T00:00:00.000Z', height: 43, previous: null };
    const made = await makePack(facts, world.rows(), nextKey.kid, next.sign);
    await gate.sync(async () => ({ serverMs: null, ...made }));
    expect(gate.status().pack?.height).toBe(43);
  });
});

it('what cannot be fetched leaves the gate as it was', async () => {
  const failure = new Error('no network');
  await expect(gate.sync(() => Promise.reject(failure))).rejects.toBe(failure);
  expect(gate.status().pack?.height).toBe(41);
});

it('the digest of a text is SHA-256 of its UTF-8 bytes', async () => {
  expect(await textDigest('abc')).toBe(
    toBase64Url(Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex')),
  );
});
