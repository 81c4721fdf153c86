import { type FollowedBlock, sameBytes } from '@anlian/sdk/ledger';
import { expect, it } from 'vitest';
import { CHAINCODE, CHANNEL } from '../support/governors.ts';
import { refusal, type SceneOf, take } from './scene.ts';

/** What whoever follows the ledger sees. */
export const followingPromises = (scene: SceneOf): void => {
  it('says what it is and names its genesis block', async () => {
    const { ledger, differences } = scene();
    const described = await ledger.describe();
    expect(described).toMatchObject({ kind: differences.kind, channel: CHANNEL, chaincode: CHAINCODE });
    expect(described.height).toBeGreaterThan(3);
    const [genesis] = await take(ledger, 0, () => true);
    expect(Buffer.from(genesis?.hash ?? []).toString('hex')).toBe(described.genesisHash);
  });

  it('follows from a checkpoint across a restart, without loss or repetition', { timeout: 60_000 }, async () => {
    const { ledger, opened, newSite, registerSite } = scene();
    const [before] = await take(ledger, 2, () => true);
    const stop = new AbortController();
    const seen: FollowedBlock[] = [];
    const arrivals = new Map<number, () => void>();
    const arrival = (number: number) =>
      new Promise<void>((resolve) =>
        seen.some((block) => block.number === number) ? resolve() : arrivals.set(number, resolve),
      );
    const following = (async () => {
      for await (const block of ledger.follow({
        from: 3,
        signal: stop.signal,
        ...(before && { previousHash: before.hash }),
      })) {
        seen.push(block);
        arrivals.get(block.number)?.();
      }
    })();
    const first = await registerSite(newSite());
    await arrival(first.blockNumber);
    await opened.restart();
    const second = await registerSite(newSite());
    await arrival(second.blockNumber);
    stop.abort();
    await following;
    expect(seen.map((block) => block.number)).toEqual(seen.map((_, at) => at + 3));
    for (const [at, block] of seen.entries())
      expect(sameBytes(block.previousHash, (seen[at - 1] ?? before)?.hash ?? new Uint8Array())).toBe(true);
  });

  it('refuses to follow on from another history', async () => {
    const { ledger } = scene();
    const following = take(ledger, 2, () => true, new Uint8Array(32).fill(7));
    expect(await refusal(following)).toBe('ledger_corrupt');
  });
};
