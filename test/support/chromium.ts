import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The first browser on the PATH; undefined where there is none. */
export const chromiumBinary: string | undefined = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((dir) => NAMES.map((name) => join(dir, name)))
  .find((file) => existsSync(file));

if (chromiumBinary === undefined && process.env.CI === 'true')
  throw new Error('browser tests need chromium on the PATH: apt-get install chromium');

/** A suite's name, with the reason when it is skipped. */
export const inChromium = (name: string): string =>
  chromiumBinary === undefined ? `${name} (skipped: no chromium on the PATH)` : name;

/** A headless browser with a fresh profile that calls nobody by itself. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    ...(chromiumBinary === undefined ? {} : { executablePath: chromiumBinary }),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
