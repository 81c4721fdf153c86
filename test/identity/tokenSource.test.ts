import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MEMBER,
  makeKey,
  remove,
  startIssuer,
  type TestIssuer,
  type TestKey,
} from '../../node/src/identity/fixtures/issuer.ts';
import { createTables } from '../../node/src/identity/fixtures/tables.ts';
import * as identityTables from '../../node/src/identity/tables.ts';
import { type ClientCredentials, clientCredentials } from '../../sdk/src/client/token.ts';
import { createFetch } from '../../sdk/src/http/index.ts';
import { eachDatabase } from '../support/postgres.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));

describe.each(eachDatabase.slice(0, 1))('a token source at a node’s issuer', ({ open }) => {
  let node: TestIssuer;
  let gate: TestKey & { clientId: string };
  let aheadMs = 0;
  let requests: string[] = [];
  const counting: typeof fetch = (input, init) => {
    requests.push(String(input));
    return fetch(input, init);
  };
  const options = (more: Partial<ClientCredentials> = {}): ClientCredentials => ({
    fetch: counting,
    issuer: node.issuer,
    clientId: gate.clientId,
    privateJwk: gate.privateJwk,
    kid: gate.kid,
    resource: node.resource,
    scope: 'api',
    clock: () => Date.now() + aheadMs,
    random,
    ...more,
  });
  beforeAll(async () => {
    const { db } = await open();
    await createTables(db, identityTables);
    node = await startIssuer(db);
    gate = await node.register(MEMBER, ['gate']);
  });
  afterAll(async () => {
    await node.stop();
    remove(node);
  });

  it('signs in with its private key', async () => {
    const token = await clientCredentials(options()).token();
    expect(await node.identity.verify(token)).toMatchObject({ subject: gate.clientId, roles: ['gate'] });
  });

  it('signs in with a key that it never sees', async () => {
    const { privateJwk: _none, ...rest } = options() as ClientCredentials & { privateJwk: unknown };
    const sign = async (message: Uint8Array) =>
      new Uint8Array(
        await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, gate.privateKey, Buffer.from(message)),
      );
    const token = await clientCredentials({ ...rest, sign }).token();
    expect(await node.identity.verify(token)).toMatchObject({ subject: gate.clientId });
  });

  it('asks once for callers at once, holds the token, and renews it before its end', async () => {
    const source = clientCredentials(options());
    requests = [];
    const tokens = await Promise.all(Array.from({ length: 8 }, () => source.token()));
    expect(new Set(tokens).size).toBe(1);
    expect(requests.map((url) => url.replace(node.url, ''))).toEqual([
      '/oidc/.well-known/openid-configuration',
      '/oidc/token',
    ]);
    aheadMs = 539_000;
    expect(await source.token()).toBe(tokens[0]);
    aheadMs = 541_000;
    node.ahead.ms = aheadMs;
    const renewed = await source.token();
    expect(renewed).not.toBe(tokens[0]);
    expect(requests).toHaveLength(3);
    source.forget();
    expect(await source.token()).not.toBe(renewed);
    aheadMs = 0;
    node.ahead.ms = 0;
  });

  it('says that it was refused, with the issuer’s word for it, and tries anew', async () => {
    const other = await makeKey();
    const refused = clientCredentials(options({ privateJwk: other.privateJwk, kid: other.kid }));
    await expect(refused.token()).rejects.toMatchObject({ code: 'unauthenticated', detail: 'invalid_client' });
    await expect(refused.token()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('may ask for another grant', async () => {
    const extra = { grant_type: 'urn:anlian:grant:development', person: 'clerk' };
    // A gate may not be a persona; the launcher may, see the issuer’s own tests.
    await expect(clientCredentials(options({ extra })).token()).rejects.toMatchObject({ detail: 'invalid_request' });
  });

  it('reaches an issuer by its name under localhost', async () => {
    const issuer = node.issuer.replace('127.0.0.1', 'ningbo-port.localhost');
    const named = clientCredentials(options({ fetch: createFetch({ localhostToLoopback: true }), issuer }));
    // The node was started under its address, and says so.
    await expect(named.token()).rejects.toMatchObject({
      code: 'internal_error',
      detail: expect.stringContaining('another issuer'),
    });
  });
});

describe('a token source at a server that is no issuer', () => {
  let server: Server;
  let answer: RequestListener = () => {};
  let issuer: string;
  const source = (timeoutMs = 5_000) =>
    clientCredentials({
      fetch,
      issuer,
      clientId: 'cli_00000000000000000000000000000001',
      sign: () => new Uint8Array(64),
      resource: `${issuer}/api`,
      scope: 'api',
      clock: Date.now,
      random,
      timeoutMs,
    });
  beforeAll(async () => {
    server = createServer((req, res) => answer(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const metadata = () => JSON.stringify({ issuer, token_endpoint: `${issuer}/token` });
  it.each<[string, RequestListener, object]>([
    ['an HTML page', (_req, res) => res.end('<html>'), { code: 'internal_error' }],
    [
      'metadata of another issuer',
      (_req, res) => res.end('{"issuer":"https://other.example","token_endpoint":"https://other.example/token"}'),
      { code: 'internal_error' },
    ],
    [
      'a redirection',
      (_req, res) => res.writeHead(302, { location: 'https://other.example' }).end(),
      { name: 'TypeError' },
    ],
    [
      'a token of another type',
      (req, res) =>
        res.end(req.url === '/token' ? '{"access_token":"t","token_type":"DPoP","expires_in":60}' : metadata()),
      { code: 'internal_error' },
    ],
    [
      'a token without an end',
      (req, res) => res.end(req.url === '/token' ? '{"access_token":"t","token_type":"Bearer"}' : metadata()),
      { code: 'internal_error' },
    ],
    [
      'an error that is a text of its own',
      (req, res) => (req.url === '/token' ? res.writeHead(400).end('{"error":"张三 <script>"}') : res.end(metadata())),
      { code: 'internal_error' },
    ],
    [
      'a failure of the server',
      (req, res) => (req.url === '/token' ? res.writeHead(503).end('{"error":"server_error"}') : res.end(metadata())),
      { code: 'internal_error' },
    ],
  ])('refuses %s', async (_what, listener, expected) => {
    answer = listener;
    await expect(source().token()).rejects.toMatchObject(expected);
  });

  it('gives up on one that never answers', async () => {
    answer = () => {};
    await expect(source(50).token()).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
