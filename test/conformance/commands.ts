import { expect, it } from 'vitest';
import { freshId, freshKey, signedBy } from '../support/governors.ts';
import { holds, refusal, type SceneOf, take } from './scene.ts';

/** What a submission does, once and no more. */
export const commandPromises = (scene: SceneOf): void => {
  it('commits a command and answers with its rule’s result and its block', async () => {
    const { ledger, hengyuan, newSite, registerSite } = scene();
    const site = newSite();
    const commit = await registerSite(site);
    expect(commit).toMatchObject({ code: 'VALID', status: 'valid', result: { site } });
    const [block] = await take(ledger, commit.blockNumber, () => true);
    const tx = block?.txs.find((one) => one.txId === commit.txId);
    expect(tx).toMatchObject({ code: 'VALID', mspId: hengyuan.mspId, result: { site } });
    expect(tx?.events).toEqual([{ name: 'site.registered', data: { site, owner: hengyuan.member } }]);
    expect(tx?.command.command.args).toEqual({ site });
  });

  it('answers queries from the present state', async () => {
    const { ledger, hengyuan, newSite, registerSite } = scene();
    const site = newSite();
    await registerSite(site);
    expect(await ledger.query('query:get', { key: `site/${site}` })).toEqual({
      version: 1,
      site,
      owner: hengyuan.member,
    });
    expect(await ledger.query('query:get', { key: 'site/nowhere' })).toBeNull();
    expect(await refusal(ledger.query('query:nothing', {}))).toBe('unknown_command');
  });

  it('hands a rule’s refusal on with its code and field', async () => {
    const { newSite, registerSite } = scene();
    const site = newSite();
    await registerSite(site);
    await expect(registerSite(site)).rejects.toMatchObject({ code: 'already_exists', field: '/args/site' });
  });

  it('applies a commandId once, and answers its repeats as the first time', async () => {
    const { ledger, hengyuan, newSite } = scene();
    const site = newSite();
    const command = signedBy(hengyuan, 'site:register', { site });
    const first = await ledger.submit(command);
    const again = await ledger.submit(command);
    expect(again.result).toEqual(first.result);
    const blocks = await take(ledger, first.blockNumber, holds(again.txId));
    const events = blocks
      .flatMap((block) => block.txs)
      .filter((tx) => tx.command.command.commandId === command.command.commandId)
      .flatMap((tx) => tx.events);
    expect(events).toHaveLength(1);
  });

  it('refuses a commandId with other content', async () => {
    const { newSite, registerSite } = scene();
    const commandId = freshId('cmd');
    await registerSite(newSite(), commandId);
    expect(await refusal(registerSite(newSite(), commandId))).toBe('command_conflict');
  });

  it('applies a command sent fifty times at once exactly once', async () => {
    const { ledger, hengyuan, newSite } = scene();
    const command = signedBy(hengyuan, 'site:register', { site: newSite() });
    const from = (await ledger.describe()).height;
    const commits = await Promise.all(Array.from({ length: 50 }, () => ledger.submit(command)));
    const last = Math.max(...commits.map(({ blockNumber }) => blockNumber));
    const blocks = await take(ledger, from, (block) => block.number === last);
    const applied = blocks.flatMap((block) => block.txs).filter((tx) => tx.code === 'VALID' && tx.events.length > 0);
    expect(applied).toHaveLength(1);
    expect(commits.every(({ result }) => JSON.stringify(result) === JSON.stringify(commits[0]?.result))).toBe(true);
  });

  it('brings fifty writers of one key through, each exactly once', { timeout: 60_000 }, async () => {
    const { ledger, hengyuan } = scene();
    const keys = Array.from({ length: 50 }, () => freshKey('pack').descriptor);
    const from = (await ledger.describe()).height;
    const commits = await Promise.all(
      keys.map((key) => ledger.submit(signedBy(hengyuan, 'member:register_key', { key }))),
    );
    const last = Math.max(...commits.map(({ blockNumber }) => blockNumber));
    const txs = (await take(ledger, from, (block) => block.number === last)).flatMap((block) => block.txs);
    const registered = txs
      .filter((tx) => tx.code === 'VALID')
      .flatMap((tx) => tx.events.filter((event) => event.name === 'member.key_registered'));
    expect(registered.map((event) => event.name === 'member.key_registered' && event.data.key.kid).sort()).toEqual(
      keys.map(({ kid }) => kid).sort(),
    );
    expect(
      txs
        .filter((tx) => tx.code !== 'VALID')
        .every((tx) => tx.code === 'MVCC_READ_CONFLICT' || tx.code === 'PHANTOM_READ_CONFLICT'),
    ).toBe(true);
  });

  it('lets one of two admissions to the same range win, and refuses the other by its rule', async () => {
    const { ledger, hengyuan, qichuan, newSite, registerSite } = scene();
    const site = newSite();
    await registerSite(site);
    const admit = () =>
      refusal(
        ledger.submit(
          signedBy(hengyuan, 'site:admit', {
            site,
            company: qichuan.company,
            admission: freshId('adm'),
            from: new Date().toISOString(),
          }),
        ),
      );
    expect((await Promise.all([admit(), admit()])).sort()).toEqual(['accepted', 'already_exists']);
  });

  it('carries another governor’s command under the carrier’s name', async () => {
    const { ledger, opened, hengyuan, qichuan, newSite } = scene();
    const site = newSite();
    const { txId, blockNumber } = await opened.connect(qichuan).submit(signedBy(hengyuan, 'site:register', { site }));
    const [block] = await take(ledger, blockNumber, () => true);
    expect(block?.txs.find((tx) => tx.txId === txId)).toMatchObject({
      mspId: qichuan.mspId,
      events: [{ data: { owner: hengyuan.member } }],
    });
  });

  it.each([['2001-01-01'], ['2099-01-01']])('refuses a transaction dated %s', async (day) => {
    const { opened, hengyuan, newSite } = scene();
    const wrong = opened.connect(hengyuan, () => Date.parse(`${day}T00:00:00.000Z`));
    expect(await refusal(wrong.submit(signedBy(hengyuan, 'site:register', { site: newSite() })))).toBe('clock_skew');
  });
};
