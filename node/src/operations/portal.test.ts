import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { portalFiles } from './portal.ts';

describe('the portal’s files', () => {
  const app = portalFiles();
  const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

  it('are asked for again each time but for assets, whose names change with their content, and which travel compressed', async () => {
    const page = await get('/');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const asset = /\/assets\/[^"]+\.js/.exec(await page.text())?.[0] ?? '';
    const plain = await get(asset);
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-encoding')).toBeNull();
    const compressed = await get(asset, { 'accept-encoding': 'gzip' });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    const bytes = Buffer.from(await compressed.arrayBuffer());
    const text = await plain.text();
    expect(bytes.length).toBeLessThan(text.length / 2);
    expect(gunzipSync(bytes).toString('utf8')).toBe(text);
  });

  it('that are not there are not kept by a browser', async () => {
    const missing = await get('/assets/of-a-release-before.js');
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, null]);
  });
});
