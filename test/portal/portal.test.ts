import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumBinary, inChromium, launchChromium } from '../support/chromium.ts';
import { DINGGU, LANJIE, loadCompanies, RUIHAN } from './companies.ts';
import { type PortalNode, startPortalNode } from './portalNode.ts';
import { DESKTOP, expectSound, focused, openCompany, openPortal, PHONE, signIn, tabTo, WORDS } from './portalPage.ts';

/** For what comes by itself: the page asks every few seconds, and a browser on a busy machine is slow. */
const LATER = { timeout: 20_000 };

describe.skipIf(chromiumBinary === undefined)(inChromium('the portal of a node'), () => {
  let node: PortalNode;
  let browser: Browser;
  beforeAll(async () => {
    [browser, node] = await Promise.all([launchChromium(), startPortalNode()]);
    await loadCompanies(node);
  });
  afterAll(async () => {
    await browser?.close();
    await node?.close();
  });

  describe.each([
    { language: 'zh', colorScheme: 'light', viewport: DESKTOP, size: 'desktop' },
    { language: 'zh', colorScheme: 'dark', viewport: PHONE, size: 'phone' },
    { language: 'en', colorScheme: 'light', viewport: PHONE, size: 'phone' },
    { language: 'en', colorScheme: 'dark', viewport: DESKTOP, size: 'desktop' },
  ] as const)('in $language, $colorScheme, on a $size', ({ language, colorScheme, viewport }) => {
    it('fits its width, asks nobody but its node, says nothing on the console, and has no serious accessibility fault', async () => {
      const { context, page, faults } = await openPortal(browser, node.url, { language, colorScheme, viewport });
      expect(await page.evaluate<string>('document.documentElement.lang')).toBe(language === 'zh' ? 'zh-CN' : 'en');
      await page.getByRole('button', { name: WORDS[language].manager }).waitFor();
      await expectSound(page);
      await signIn(page, language);
      await expectSound(page);
      await openCompany(page, WORDS[language].ruihan);
      await page.getByText(language === 'zh' ? '已过期' : 'Expired').waitFor();
      await expectSound(page);
      expect(faults).toEqual([]);
      await context.close();
    }, 90_000);
  });

  it('shows without sign-in who the node is and that its ledger has one operator, and no company', async () => {
    const { context, page } = await openPortal(browser, node.url);
    await expect.poll(() => page.getByText('证明力有限：内置账本（单一运营方）').count(), LATER).toBe(1);
    const text = await page.locator('main').textContent();
    for (const fact of ['恒远港务集团', '91990101MAAA00012T', 'hengyuan', '治理成员', 'anlian-test'])
      expect(text).toContain(fact);
    expect(await page.getByText('开发环境：登录不核验身份，不可用于生产').count()).toBeGreaterThan(0);
    await expect.poll(() => page.getByText('本页目前只供查阅').count(), LATER).toBe(1);
    expect(await page.locator('body').textContent()).not.toContain(DINGGU.zh);
    await context.close();
  });

  it('offers the trust file, the checkpoint and the API documentation, and each is there', async () => {
    const { context, page } = await openPortal(browser, node.url);
    await page.getByRole('link', { name: '存证检查点' }).waitFor();
    for (const name of ['下载信任文件', '存证检查点', '接口文档', 'OpenAPI 3.1']) {
      const href = await page.getByRole('link', { name }).getAttribute('href');
      expect(await page.evaluate(`fetch('${href}').then(({ status }) => status)`), name).toBe(200);
    }
    await context.close();
  });

  it('tells bands by word and puts the most urgent company first', async () => {
    const { context, page } = await openPortal(browser, node.url);
    await signIn(page);
    const rows = await page.locator('.company-row').allInnerTexts();
    expect(rows[0]).toContain(RUIHAN.zh);
    expect(rows[0]).toContain('红');
    expect(rows.find((row) => row.includes(DINGGU.zh))).toMatch(/89[\s\S]*绿/);
    await context.close();
  });

  it('names what ends tonight, at 24:00 of the day in China wherever the browser is', async () => {
    const context = await browser.newContext({ timezoneId: 'America/Los_Angeles' });
    const page = await context.newPage();
    await page.goto(node.url);
    await signIn(page);
    const row = await page.locator('.company-row', { hasText: LANJIE.zh }).textContent();
    expect(row).toMatch(/下一次失分\s*安全生产责任保险[\s\S]*月\d+日24:00/);
    await context.close();
  });

  it('says at the company’s name that a site of the node keeps it out, and why', async () => {
    const manager = node.as('safety-manager');
    const { suspension } = await manager.suspendAtSite({
      body: {
        site: 'hengyuan-hazchem',
        subject: { kind: 'company', company: DINGGU.company },
        reason: 'serious_violation',
      },
    });
    const { context, page } = await openPortal(browser, node.url);
    await signIn(page);
    const row = page.locator('.company-row', { hasText: DINGGU.zh });
    await row.getByText('恒远危化库区 暂停入场').waitFor();
    await openCompany(page, DINGGU.zh);
    expect(await page.locator('.company-head').textContent()).toMatch(/恒远危化库区 暂停入场事由：严重违章；自 .+ 起/);
    await manager.endSiteSuspension({ params: { suspension } });
    await context.close();
  });

  it('finds companies by part of a name and by band, and clears the filters when nothing matches', async () => {
    const { context, page } = await openPortal(browser, node.url);
    await signIn(page);
    const rows = page.locator('.company-row');
    await page.getByLabel(WORDS.zh.search).fill('鼎固');
    await expect.poll(() => rows.count(), LATER).toBe(1);
    await page.getByRole('radio', { name: WORDS.zh.red }).check();
    await page.getByText('没有符合条件的公司').waitFor();
    await page.getByRole('button', { name: '清除筛选' }).click();
    await expect.poll(() => rows.count(), LATER).toBe(6);
    await context.close();
  });

  it('explains each lost point by its fact, clause, site, recorder and end, and waits for what is undecided', async () => {
    const { context, page } = await openPortal(browser, node.url);
    await signIn(page);
    await openCompany(page, DINGGU.zh);
    const steps = page.locator('.step');
    await expect.poll(() => steps.count(), LATER).toBe(5);
    await expect.poll(async () => (await steps.allInnerTexts()).join(), LATER).toContain('恒远危化库区');
    const harness = await steps.filter({ hasText: 'no_harness_at_height' }).textContent();
    expect(harness).toMatch(/高处作业未系安全带[\s\S]*−5[\s\S]*vio_[0-9a-f]{32}/);
    expect(harness).toContain('表决导入');
    await page.getByRole('link', { name: '返回全部公司' }).click();
    await openCompany(page, RUIHAN.zh);
    const matter = page.locator('.paper', { hasText: '无票动火' });
    await matter.waitFor();
    expect(await matter.textContent()).toMatch(/已通知，待确认[\s\S]*若计分：扣 10 分[\s\S]*待对方/);
    await context.close();
  });

  it('is worked by keyboard alone from the first tab to a company’s details', async () => {
    const { context, page } = await openPortal(browser, node.url);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toContain('跳到主要内容');
    await page.keyboard.press('Enter');
    await tabTo(page, '安全管理员');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: new RegExp(DINGGU.zh) }).waitFor();
    await tabTo(page, DINGGU.zh);
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page), LATER).toBe(DINGGU.zh);
    await context.close();
  });

  it('keeps language and theme in the browser, and the sign-in nowhere', async () => {
    const { context, page } = await openPortal(browser, node.url);
    await page.getByRole('button', { name: 'English', exact: true }).click();
    await page.getByRole('button', { name: 'Appearance: as the system' }).click();
    await page.getByRole('button', { name: 'Appearance: light' }).click();
    await signIn(page, 'en');
    expect(await page.evaluate('({ ...localStorage })')).toEqual({
      'anlian.language': 'en',
      'anlian.theme': 'dark',
    });
    expect(await page.evaluate('[sessionStorage.length, document.cookie]')).toEqual([0, '']);
    await page.reload();
    await page.getByRole('button', { name: WORDS.en.manager }).waitFor();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await context.close();
  });

  it('forgets what a session showed when it ends', async () => {
    const { context, page } = await openPortal(browser, node.url);
    await signIn(page);
    await page.getByRole('button', { name: '退出' }).click();
    await page.getByRole('button', { name: WORDS.zh.manager }).waitFor();
    expect(await page.locator('body').textContent()).not.toContain(DINGGU.zh);
    await context.close();
  });

  it('sends whoever opened it at another address to the node’s own, before a sign-in that would be refused', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(node.url.replace('hengyuan.localhost', '127.0.0.1'));
    expect(await page.getByRole('link', { name: /^前往/ }).getAttribute('href')).toBe(`${node.url}/`);
    expect(await page.locator('.persona').count()).toBe(0);
    await context.close();
  });

  it('keeps what it read while the node is away, says so, and goes on by itself when it is back', async () => {
    const { context, page } = await openPortal(browser, node.url);
    await signIn(page);
    await node.stop();
    await page
      .getByText(/无法刷新，显示的是 \d\d:\d\d:\d\d 的内容/)
      .first()
      .waitFor();
    await page.getByLabel(WORDS.zh.search).fill('蓝界');
    await page.getByText('错误代码').waitFor();
    await node.start();
    await expect.poll(() => page.locator('.company-row').count(), LATER).toBe(1);
    await context.close();
  });
});
