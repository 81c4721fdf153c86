import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { DINGGU, LANJIE, RUIHAN } from './companies.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 640 };

/** What the tests look for on the page, in its language. */
export const WORDS = {
  zh: {
    manager: /安全管理员/,
    search: '按名称或信用代码查找',
    red: '红',
    lanjie: LANJIE.zh,
    dinggu: DINGGU.zh,
    ruihan: RUIHAN.zh,
  },
  en: {
    manager: /Safety manager/,
    search: 'Find by name or credit code',
    red: 'Red',
    lanjie: LANJIE.en,
    dinggu: DINGGU.en,
    ruihan: RUIHAN.en,
  },
} as const;
type PageLanguage = keyof typeof WORDS;

interface Opening {
  readonly viewport?: typeof DESKTOP;
  readonly colorScheme?: 'light' | 'dark';
  readonly language?: PageLanguage;
}

/** Opens the portal in a fresh profile. `faults` gathers what a page must never do: complain, or ask another host than its node. */
export const openPortal = async (
  browser: Browser,
  url: string,
  { viewport = DESKTOP, colorScheme = 'light', language = 'zh' }: Opening = {},
) => {
  const context = await browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== url && !request.url().startsWith('data:')) faults.push(request.url());
  });
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  if (language === 'en') await page.getByRole('button', { name: 'English', exact: true }).click();
  return { context, page, faults };
};

/** Enters as the safety manager. */
export const signIn = async (page: Page, language: PageLanguage = 'zh'): Promise<void> => {
  await page.getByRole('button', { name: WORDS[language].manager }).click();
  await page.getByRole('link', { name: new RegExp(WORDS[language].lanjie) }).waitFor();
};

/** Opens a company from the list and waits until its score is explained. */
export const openCompany = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('link', { name: new RegExp(name) }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.locator('.step.total').waitFor();
};

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** The page fits its width, and axe-core finds nothing serious on it. */
export const expectSound = async (page: Page): Promise<void> => {
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResult>('axe.run()');
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  expect(serious).toEqual([]);
};

/** Text of whatever has the keyboard. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate<string>("document.activeElement?.textContent ?? ''");

const MOST_TABS = 60;

/** Presses Tab until what has the keyboard shows the text. */
export const tabTo = async (page: Page, text: string): Promise<void> => {
  for (let pressed = 0; pressed < MOST_TABS; pressed++) {
    await page.keyboard.press('Tab');
    if ((await focused(page)).includes(text)) return;
  }
  throw new Error(`no way to ${text} by Tab`);
};
