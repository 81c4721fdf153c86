import { AnlianError } from '@anlian/contracts';
import type { FollowedBlock } from '@anlian/sdk/ledger';
import { expect, it } from 'vitest';
import { signedBy } from '../support/governors.ts';
import { until } from '../support/until.ts';
import { holds, isOf, overLosingLine, refusal, type SceneOf, take } from './scene.ts';

/** What a submission comes to when its answer does not. */
export const lostAnswerPromises = (scene: SceneOf): void => {
  it('loses nothing when the answer to a submission is lost: the same command again answers as the first', async () => {
    const { ledger, hengyuan, newSite, differences } = scene();
    const site = newSite();
    const command = signedBy(hengyuan, 'site:register', { site });
    const { commandId } = command.command;
    const { ledger: lossy, line } = await overLosingLine(scene(), commandId);
    const from = (await ledger.describe()).height;
    const outcome = refusal(lossy.submit(command));
    const isIn = (block: FollowedBlock) => block.txs.some((tx) => isOf(tx, commandId));
    await take(ledger, from, isIn);
    line.cut();
    expect(await outcome).toBe(differences.lostAnswer);
    const again = await until('the client has found its way back', () =>
      lossy.submit(command).catch((error: unknown) => {
        if (!(error instanceof AnlianError) || error.code !== 'ledger_unavailable') throw error;
        return undefined;
      }),
    );
    expect(again.result).toEqual({ site });
    const txs = (await take(ledger, from, holds(again.txId)))
      .flatMap((block) => block.txs)
      .filter((tx) => isOf(tx, commandId));
    expect(txs.map((tx) => tx.code)).toEqual(['VALID', 'VALID']);
    expect(txs.flatMap((tx) => tx.events)).toHaveLength(1);
  });

  it('stops waiting for a submission that is aborted, with the abort’s reason', async () => {
    const { opened, hengyuan, newSite } = scene();
    const stop = new AbortController();
    const { ledger: lossy, line } = await opened.connectOverLine(hengyuan, () => {
      line.hold();
      stop.abort(new Error('no longer wanted'));
    });
    const submitting = lossy.submit(signedBy(hengyuan, 'site:register', { site: newSite() }), {
      signal: stop.signal,
    });
    await expect(submitting).rejects.toThrow('no longer wanted');
    line.cut();
  });
};
