import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { launchChromium } from '../support/chromium.ts';

const ENTRY = `import { verifyBundle } from '@anlian/sdk/verify';
  const bytes = (text) => new TextEncoder().encode(text);
  globalThis.verdictOf = async (proof, trust, pinnedGenesis) => {
    const options = { now: new Date(), pinnedGenesis };
    const { verdict, trust: word, checks } = await verifyBundle(bytes(proof), bytes(trust), options);
    return verdict === 'proven' ? 'proven on the word of ' + word : 'refused: ' + checks.find(({ ok }) => !ok).name;
  };`;

/** The verifier as one script, from the packages that are installed in a project. What only Node has would fail the build. */
export const bundleForBrowser = async (dir: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: dir },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  const script = outputFiles[0]?.text ?? '';
  const [size, zipped] = [script, gzipSync(script)].map(({ length }) => `${Math.ceil(length / 1024)} KiB`);
  process.stdout.write(`@anlian/sdk/verify for a browser: ${size}, ${zipped} with gzip\n`);
  return script;
};

/** What a page with nothing but that script says about proofs, and what it asked of anybody while it did. */
export const verdictsInChromium = async (
  script: string,
  proofs: readonly string[],
  trust: string,
  genesis: string,
): Promise<{ readonly verdicts: readonly string[]; readonly requests: readonly string[] }> => {
  // Over HTTP on loopback: a page of no origin is denied WebCrypto.
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><script>${script.replaceAll('</script', '<\\/script')}</script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.context().setOffline(true);
    const verdicts: string[] = [];
    for (const proof of proofs)
      verdicts.push(await page.evaluate(`verdictOf(...${JSON.stringify([proof, trust, genesis])})`));
    return { verdicts, requests };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
};
