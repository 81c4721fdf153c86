import { AnlianError } from '@anlian/contracts';
import type { Commit } from '@anlian/sdk/ledger';
import { expect, it } from 'vitest';
import { freshId, freshKey, signedBy } from '../support/governors.ts';
import { isOf, overLosingLine, type SceneOf, take } from './scene.ts';

type Outcome = Commit | AnlianError;
const codeOf = (outcome: Outcome): string => (outcome instanceof AnlianError ? outcome.code : 'accepted');
const resultOf = (outcome: Outcome): unknown => (outcome instanceof AnlianError ? outcome.code : outcome.result);

/** What commands that are submitted together come to. */
export const batchPromises = (scene: SceneOf): void => {
  it('submits many together, each with its own outcome, and follows them one by one', { timeout: 60_000 }, async () => {
    const { ledger, hengyuan, newSite } = scene();
    const register = (site: string) => signedBy(hengyuan, 'site:register', { site });
    const from = (await ledger.describe()).height;
    const known = register(newSite());
    await ledger.submit(known);
    const [site, ...others] = Array.from({ length: 20 }, newSite);
    const signed = [site ?? '', ...others].map(register);
    const taken = register(site ?? '');
    const alone = signedBy(hengyuan, 'member:register_key', { key: freshKey('pack').descriptor });
    const outcomes = await ledger.submitAll([known, ...signed, taken, alone]);
    const [again, ...fresh] = outcomes.slice(0, 21);
    expect(again).toMatchObject({ status: 'valid', result: known.command.args });
    expect(fresh.map(resultOf)).toEqual(signed.map(({ command }) => command.args));
    expect(outcomes[21]).toMatchObject({ code: 'already_exists', field: '/args/site' });
    expect(outcomes[22]).toMatchObject({ status: 'valid' });

    const last = Math.max(...outcomes.map((outcome) => (outcome instanceof AnlianError ? 0 : outcome.blockNumber)));
    const txs = (await take(ledger, from, (block) => block.number === last)).flatMap((block) => block.txs);
    const followed = signed.map(({ command }) => txs.find((tx) => isOf(tx, command.commandId)));
    expect(new Set(followed.map((tx) => tx?.txId)).size).toBe(1);
    for (const [at, { command, actor }] of signed.entries())
      expect(followed[at]).toMatchObject({
        code: 'VALID',
        mspId: hengyuan.mspId,
        command: { command, actor },
        events: [{ name: 'site.registered', data: { ...command.args, owner: hengyuan.member } }],
        result: command.args,
      });
    const ofKnown = txs.filter((tx) => isOf(tx, known.command.commandId));
    expect(ofKnown.map(({ events }) => events.length).sort()).toEqual([0, 1]);
  });

  it('brings many batches over one busy range through, each command exactly once', { timeout: 60_000 }, async () => {
    const { ledger, hengyuan, qichuan, newSite, registerSite } = scene();
    const site = newSite();
    await registerSite(site);
    const admit = (company: string) =>
      signedBy(hengyuan, 'site:admit', { site, company, admission: freshId('adm'), from: new Date().toISOString() });
    const pairs = [hengyuan, qichuan, hengyuan, qichuan].map(({ company }) => [admit(company), admit(company)]);
    const outcomes = await Promise.all(pairs.map((pair) => ledger.submitAll(pair)));
    expect(outcomes.flat().map(codeOf).sort()).toEqual([
      ...Array(2).fill('accepted'),
      ...Array(6).fill('already_exists'),
    ]);
  });

  it('loses nothing when the answer to a batch is lost: the same commands again answer as the first', async () => {
    const { ledger, hengyuan, newSite, differences } = scene();
    const signed = [newSite(), newSite()].map((site) => signedBy(hengyuan, 'site:register', { site }));
    const { commandId } = signed[0]?.command ?? { commandId: '' };
    const { ledger: lossy, line } = await overLosingLine(scene(), commandId);
    const from = (await ledger.describe()).height;
    const outcome = lossy.submitAll(signed);
    await take(ledger, from, (block) => block.txs.some((tx) => isOf(tx, commandId)));
    line.cut();
    expect((await outcome).map(codeOf)).toEqual(signed.map(() => differences.lostAnswer));
    const again = await ledger.submitAll(signed);
    expect(again.map(resultOf)).toEqual(signed.map(({ command }) => command.args));
  });
};
