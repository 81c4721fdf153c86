import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFetch, isLocalhost, lookupLoopback } from './fetch.ts';

describe('fetch to names under localhost', () => {
  let server: Server;
  let port: number;
  const get = createFetch({ localhostToLoopback: true });
  beforeAll(async () => {
    server = createServer(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString('utf8');
      res.end(
        JSON.stringify({
          method: req.method,
          host: req.headers.host,
          type: req.headers['content-type'],
          mark: req.headers['x-mark'],
          body,
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each(['ningbo-port.localhost', 'a.b.localhost', 'localhost', '127.0.0.1'])(
    'reaches this machine as %s, and keeps the name',
    async (name) => {
      const response = await get(`http://${name}:${port}/`);
      expect(response.ok).toBe(true);
      expect(await response.json()).toMatchObject({ method: 'GET', host: `${name}:${port}` });
    },
  );

  it.each<[string, (url: string) => Parameters<typeof fetch>]>([
    ['a form', (url) => [url, { method: 'POST', body: new URLSearchParams({ q: '安链' }) }]],
    [
      'a URL object',
      (url) => [
        new URL(url),
        {
          method: 'POST',
          body: 'q=%E5%AE%89%E9%93%BE',
          headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
        },
      ],
    ],
    ['a request object', (url) => [new Request(url, { method: 'POST', body: new URLSearchParams({ q: '安链' }) })]],
  ])('carries %s as the usual fetch does', async (_what, request) => {
    const headers = new Headers({ 'x-mark': 'kept' });
    const [input, init] = request(`http://gate.localhost:${port}/`);
    const answer = await (await get(input, init)).json();
    expect(answer).toMatchObject({
      method: 'POST',
      type: 'application/x-www-form-urlencoded;charset=UTF-8',
      body: 'q=%E5%AE%89%E9%93%BE',
    });
    const marked = await (await get(`http://gate.localhost:${port}/`, { headers })).json();
    expect(marked).toMatchObject({ mark: 'kept' });
  });

  it('stops when its caller does', async () => {
    await expect(
      get(`http://gate.localhost:${port}/`, { signal: AbortSignal.abort(new Error('stopped')) }),
    ).rejects.toThrow('stopped');
  });

  it('is Node’s own fetch where names are real', () => {
    expect(createFetch({ localhostToLoopback: false })).toBe(fetch);
  });
});

describe('names of this machine', () => {
  it.each(['localhost', 'LOCALHOST', 'localhost.', 'ningbo.localhost', 'a.b.localhost.'])('include %s', (name) => {
    expect(isLocalhost(name)).toBe(true);
  });

  it.each([
    '',
    'localhost.example',
    'notlocalhost',
    'xlocalhost.',
    'localhost.localdomain',
    '127.0.0.1',
    'ningbo-localhost',
  ])('do not include %j', (name) => {
    expect(isLocalhost(name)).toBe(false);
  });

  it('are resolved in the form that is asked for', () => {
    const found: unknown[] = [];
    const callback: Parameters<LookupFunction>[2] = (...result) => found.push(result);
    lookupLoopback('gate.localhost', { all: true }, callback);
    lookupLoopback('gate.localhost', {}, callback);
    expect(found).toEqual([
      [
        null,
        [
          { address: '127.0.0.1', family: 4 },
          { address: '::1', family: 6 },
        ],
      ],
      [null, '127.0.0.1', 4],
    ]);
  });
});
