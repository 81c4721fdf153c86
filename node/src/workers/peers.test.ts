import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { peers } from '../network/tables.ts';
import { type MemberNode, startMember } from './fixtures/memberNode.ts';
import { type CallPeer, createPeers } from './peers.ts';

const Greeting = z.object({ greeting: z.string() });

interface Received {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

const [pglite] = eachDatabase;

/** Another member's node as it can be reached over a network: its issuer works, its API answers as the test says. */
describe('a call to another member’s node', () => {
  let port: MemberNode;
  let callPeer: CallPeer;
  let server: Server;
  let url: string;
  let api: (response: ServerResponse) => void = (response) => response.end('{}');
  const received: Received[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? '';
    received.push({ path, authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() });
    response.setHeader('content-type', 'application/json');
    if (path.endsWith('/openid-configuration'))
      response.end(JSON.stringify({ issuer: `${url}/oidc`, token_endpoint: `${url}/oidc/token` }));
    else if (path === '/oidc/token')
      response.end(JSON.stringify({ access_token: 'secret-token', token_type: 'Bearer', expires_in: 300 }));
    else api(response);
  };
  const problem = (status: number, body: object) => (response: ServerResponse) => {
    response.statusCode = status;
    response.end(JSON.stringify({ type: 'x', title: 'x', status, remedy: 'x', ...body }));
  };
  const call = () => callPeer('qichuan', { method: 'POST', path: '/hello', body: { name: '王' }, answer: Greeting });

  beforeAll(async () => {
    const { db } = (await pglite?.open()) ?? expect.fail('no database');
    port = await startMember(db, 'hengyuan', new Map());
    server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await db.insert(peers).values([
      { member: 'qichuan', url: `${url}/` },
      { member: 'nobody', url: 'http://127.0.0.1:9' },
    ]);
    callPeer = createPeers(port.deps);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    port.stop();
  });

  it('is made in this member’s name, with nothing of the request in the URL', async () => {
    api = (response) => response.end(JSON.stringify({ greeting: 'hello' }));
    expect(await call()).toEqual({ greeting: 'hello' });
    const last = received.at(-1);
    expect(last).toEqual({ path: '/api/v1/hello', authorization: 'Bearer secret-token', body: '{"name":"王"}' });
    const token = received.find(({ path }) => path === '/oidc/token');
    const assertion = new URLSearchParams(token?.body).get('client_assertion')?.split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(assertion, 'base64url').toString())).toMatchObject({
      iss: 'hengyuan',
      sub: 'hengyuan',
      aud: `${url}/oidc`,
    });
  });

  it('passes on what the other node says of the request, field by field', async () => {
    const errors = [{ field: '/papers/0', code: 'record_mismatch', detail: 'x' }];
    api = problem(422, { code: 'record_mismatch', field: '/papers/0', errors });
    await expect(call()).rejects.toMatchObject({ code: 'record_mismatch', field: '/papers/0', errors });
  });

  it.each<[string, object]>([
    [
      'more faults than it could find',
      { errors: Array(251).fill({ field: '/papers/0', code: 'too_big', detail: '' }) },
    ],
    ['a place that is none', { errors: [{ field: '<img src=x>', code: 'custom', detail: '' }] }],
    ['a place without end', { errors: [{ field: '/a'.repeat(101), code: 'custom', detail: '' }] }],
    ['a code that is prose', { errors: [{ field: '/', code: 'Call +86 400', detail: '' }] }],
    ['faults that are none', { errors: ['x'] }],
    ['a list that is none', { errors: { 0: 'x' } }],
    ['a place of its own in two lines', { field: 'a\nb' }],
    ['a detail in two lines', { detail: 'a\u2028b' }],
  ])('keeps the code alone of a refusal with %s', async (_case, words) => {
    api = problem(422, { code: 'record_mismatch', ...words });
    const refusal = await call().catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'record_mismatch',
      field: undefined,
      detail: 'its reasons are not in the agreed form',
      errors: undefined,
    });
  });

  it.each<[string, string, string]>([
    ['as long as a book', 'x'.repeat(626), `${'x'.repeat(299)}…`],
    ['of two lines', 'one\ntwo', ''],
    ['that moves the cursor', '\u001b[2J', ''],
    ['that is half of a character', '\ud800', ''],
  ])('keeps the place and code of a fault with a detail %s', async (_case, detail, kept) => {
    const good = { field: '/papers/1', code: 'too_big', detail: 'fine' };
    api = problem(422, { code: 'record_mismatch', errors: [{ field: '/papers/0', code: 'custom', detail }, good] });
    await expect(call()).rejects.toMatchObject({
      code: 'record_mismatch',
      errors: [{ field: '/papers/0', code: 'custom', detail: kept }, good],
    });
  });

  it('keeps as many faults as an honest node can find', async () => {
    const errors = Array.from({ length: 250 }, (_, at) => ({
      field: `/papers/${at}`,
      code: 'too_big',
      detail: '字'.repeat(300),
    }));
    api = problem(422, { code: 'record_mismatch', errors });
    await expect(call()).rejects.toMatchObject({ errors });
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['is not well', problem(503, { code: 'database_unavailable' })],
    ['does not know us yet', problem(401, { code: 'unauthenticated' })],
    ['does not let us yet', problem(403, { code: 'forbidden' })],
    ['is too busy', problem(429, { code: 'rate_limited' })],
    ['names an error that does not exist', problem(422, { code: 'no_such_code' })],
    ['says under another status that it is not well', problem(422, { code: 'internal_error' })],
    ['says under another status that it does not know us', problem(422, { code: 'unauthenticated' })],
    ['answers in another form', (response) => response.end('{"greeting":1}')],
    ['answers no JSON', (response) => response.end('<html>')],
    ['answers without end', (response) => response.end(`"${'x'.repeat(2 << 20)}"`)],
    ['sends us elsewhere', (response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end()],
    ['hangs up', (response) => response.destroy()],
  ])('is to be repeated when that node %s', async (_case, hostile) => {
    api = hostile;
    const failure = await call().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'member_unreachable' });
    expect(String(failure)).not.toMatch(/secret-token|王/);
  });

  it('is to be repeated when nobody listens, or no address is known', async () => {
    for (const member of ['nobody', 'stranger'])
      await expect(callPeer(member, { method: 'GET', path: '/hello', answer: Greeting })).rejects.toMatchObject({
        code: 'member_unreachable',
      });
  });
});
