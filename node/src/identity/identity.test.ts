import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import type { Db } from '../db/database.ts';
import * as evidenceTables from '../evidence/tables.ts';
import * as ledgerTables from '../ledger/tables.ts';
import {
  type AssertionOptions,
  assertion,
  development,
  entityKey,
  MEMBER,
  makeKey,
  remove,
  startIssuer,
  type TestIssuer,
  type TestKey,
} from './fixtures/issuer.ts';
import { createTables } from './fixtures/tables.ts';
import * as tables from './tables.ts';

type Machine = TestKey & { clientId: string };

const OTHER = 'beilun-steel';
const REFUSED = { status: 401, body: { error: 'invalid_client', error_description: 'client authentication failed' } };

/** Signs in with `openid-client`, which nobody here wrote. */
const signIn = async ({ issuer, resource }: TestIssuer, { clientId, privateKey, kid }: Machine) => {
  const configuration = await openid.discovery(
    new URL(issuer),
    clientId,
    undefined,
    openid.PrivateKeyJwt({ key: privateKey, kid }),
    {
      execute: [openid.allowInsecureRequests],
    },
  );
  return openid.clientCredentialsGrant(configuration, { resource, scope: 'api' });
};

/** What a server answers to a request that names it differently. */
const withHost = (url: string, host: string): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host, 'x-forwarded-host': host } }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(JSON.parse(text)));
    })
      .on('error', reject)
      .end();
  });

describe.each(eachDatabase)('issuer on $name', ({ open }) => {
  let db: Db;
  let node: TestIssuer;
  let gate: Machine;
  beforeAll(async () => {
    ({ db } = await open());
    await createTables(db, tables, ledgerTables, evidenceTables);
    node = await startIssuer(db);
    gate = await node.register(MEMBER, ['gate']);
  });
  afterAll(async () => {
    await node.stop();
    remove(node);
  });

  describe('discovery', () => {
    it('names this issuer and its endpoints, and nothing that is not offered', async () => {
      const metadata = await (await fetch(`${node.issuer}/.well-known/openid-configuration`)).json();
      expect(metadata).toMatchObject({
        issuer: node.issuer,
        token_endpoint: `${node.issuer}/token`,
        jwks_uri: `${node.issuer}/jwks`,
        token_endpoint_auth_signing_alg_values_supported: ['ES256'],
        id_token_signing_alg_values_supported: ['ES256'],
        response_types_supported: [],
      });
    });

    it('keeps its own addresses whatever name a request gives it', async () => {
      const metadata = await withHost(`${node.issuer}/.well-known/openid-configuration`, 'attacker.example');
      expect(JSON.stringify(metadata)).not.toContain('attacker.example');
      expect(metadata.token_endpoint).toBe(`${node.issuer}/token`);
    });

    it('publishes no private key', async () => {
      const { keys } = (await (await fetch(`${node.issuer}/jwks`)).json()) as { keys: Record<string, unknown>[] };
      expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']]);
    });
  });

  describe('a machine', () => {
    it('gets an access token of RFC 9068 for its key, and is recognised by it', async () => {
      const { access_token, token_type, expires_in } = await signIn(node, gate);
      expect({ token_type, expires_in }).toEqual({ token_type: 'bearer', expires_in: 600 });
      expect(decodeProtectedHeader(access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
      expect(decodeJwt(access_token)).toMatchObject({
        iss: node.issuer,
        aud: node.resource,
        sub: gate.clientId,
        client_id: gate.clientId,
        scope: 'api',
        org: MEMBER,
        roles: ['gate'],
        acr: 'machine',
      });
      expect(await node.identity.verify(access_token)).toEqual({
        subject: gate.clientId,
        org: MEMBER,
        roles: ['gate'],
        acr: 'machine',
      });
    });

    it('gets a token for the API when it names no resource', async () => {
      const { resource: _none, ...parameters } = await assertion(node, gate);
      const { body } = await node.token(parameters);
      expect(decodeJwt(String(body.access_token)).aud).toBe(node.resource);
    });

    it('gets no token for another resource', async () => {
      const parameters = await assertion(node, gate);
      const answer = await node.token({ ...parameters, resource: 'https://elsewhere.example/api' });
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
    });

    it('does not get a persona', async () => {
      const parameters = {
        ...(await assertion(node, gate)),
        grant_type: 'urn:anlian:grant:development',
        person: 'administrator',
      };
      expect(await node.token(parameters)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    });
  });

  describe('an assertion', () => {
    const s = () => Math.floor(Date.now() / 1000);
    it.each<[string, () => AssertionOptions]>([
      ['that has expired', () => ({ claims: { iat: s() - 120, exp: s() - 60 } })],
      ['without an end', () => ({ claims: { exp: undefined } })],
      ['that ends too far ahead', () => ({ claims: { exp: s() + 400 } })],
      ['that ends never', () => ({ claims: { exp: Number.MAX_SAFE_INTEGER } })],
      ['for another audience', () => ({ claims: { aud: 'https://other.example/oidc' } })],
      ['for the token endpoint instead of the issuer', () => ({ claims: { aud: `${node.issuer}/token` } })],
      ['for several audiences', () => ({ claims: { aud: [node.issuer, 'https://other.example'] } })],
      ['without a jti', () => ({ claims: { jti: undefined } })],
      ['with a jti that is too long', () => ({ claims: { jti: 'j'.repeat(257) } })],
      ['with a jti that is no text', () => ({ claims: { jti: 7 } })],
      ['whose issuer is another client', () => ({ claims: { iss: 'cli_00000000000000000000000000000000' } })],
      [
        'for an unknown client',
        () => ({
          claims: { iss: 'cli_00000000000000000000000000000000', sub: 'cli_00000000000000000000000000000000' },
        }),
      ],
      ['for a client whose id is a path', () => ({ claims: { iss: '../../portal', sub: '../../portal' } })],
      ['for the node’s own member', () => ({ claims: { iss: MEMBER, sub: MEMBER } })],
      ['for a member without keys on the ledger', () => ({ claims: { iss: 'nobody-here', sub: 'nobody-here' } })],
      ['for the public client', () => ({ claims: { iss: 'portal', sub: 'portal' } })],
      ['for a launcher that left no key', () => ({ claims: { iss: 'operator', sub: 'operator' } })],
      ['signed for another purpose', () => ({ header: { typ: 'anlian-cmd+jwt' } })],
    ])('%s is refused, without a reason that helps to guess', async (_what, options) => {
      expect(await node.token(await assertion(node, gate, options()))).toEqual(REFUSED);
    });

    it('with the key of another is refused', async () => {
      const other = await node.register(MEMBER, ['gate']);
      expect(await node.token(await assertion(node, { ...other, clientId: gate.clientId }))).toEqual(REFUSED);
    });

    it('is refused under a name that the Host header gave this server', async () => {
      const parameters = await assertion(node, gate, { claims: { aud: 'http://other.example/oidc/token' } });
      const answer = await node.token(parameters, { 'x-forwarded-host': 'other.example' });
      expect(answer).toEqual(REFUSED);
    });

    it('is good for one use, also after a restart', async () => {
      const parameters = await assertion(node, gate);
      expect((await node.token(parameters)).status).toBe(200);
      expect(await node.token(parameters)).toEqual(REFUSED);
      await node.stop();
      node = await startIssuer(db, { after: node });
      expect(await node.token(parameters)).toEqual(REFUSED);
      expect((await node.token(await assertion(node, gate))).status).toBe(200);
    });

    it('exchanged eight times at once gives exactly one token', async () => {
      const parameters = await assertion(node, gate);
      const answers = await Promise.all(Array.from({ length: 8 }, () => node.token(parameters)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401, 401, 401]);
    });
  });

  describe('who has left', () => {
    it('a disabled machine gets no token, and the one it has is refused at once', async () => {
      const machine = await node.register(MEMBER, ['gate']);
      const { access_token } = await signIn(node, machine);
      const administrator = await node.persona('administrator');
      const disabled = await node.api(`/clients/${machine.clientId}`, { method: 'DELETE', token: administrator });
      expect(disabled.status).toBe(200);
      await expect(node.identity.verify(access_token)).rejects.toMatchObject({ code: 'unauthenticated' });
      expect(await node.token(await assertion(node, machine))).toEqual(REFUSED);
    });

    it('another member’s node signs in by its key on the ledger, until the ledger withdraws it', async () => {
      const key = await makeKey();
      const peer = { ...key, clientId: OTHER };
      node.ledgerKeys.set(OTHER, [{ ...entityKey(await makeKey()) }, entityKey(key)]);
      const { access_token } = await signIn(node, peer);
      expect(await node.identity.verify(access_token)).toEqual({
        subject: OTHER,
        org: OTHER,
        roles: ['member_node'],
        acr: 'machine',
      });
      node.ledgerKeys.delete(OTHER);
      await expect(node.identity.verify(access_token)).rejects.toMatchObject({ code: 'unauthenticated' });
      expect(await node.token(await assertion(node, peer))).toEqual(REFUSED);
    });

    it('a member’s key for another use does not sign in', async () => {
      const key = await makeKey();
      node.ledgerKeys.set(OTHER, [{ ...entityKey(key), use: 'actor' }]);
      expect(await node.token(await assertion(node, { ...key, clientId: OTHER }))).toEqual(REFUSED);
      node.ledgerKeys.delete(OTHER);
    });
  });

  it('answers nothing else under its mount, and leaves the rest to the application', async () => {
    for (const path of ['/oidc', '/oidc/', '/oidc/me', '/oidc/reg', '/oidc/session/end', '/oidc/../api/v1/clients']) {
      expect((await fetch(`${node.url}${path}`, { redirect: 'manual' })).status, path).toBeGreaterThanOrEqual(401);
    }
    const authorisation = await fetch(`${node.issuer}/auth?client_id=portal&response_type=code`, {
      headers: { accept: 'text/html' },
    });
    expect(authorisation.status).toBe(400);
    expect(authorisation.headers.get('content-type')).toContain('application/json');
    expect((await node.api('/identity')).status).toBe(200);
  });

  it('logs refusals, and never a token, an assertion or a key', async () => {
    const secret = randomBytes(16).toString('hex');
    const parameters = await assertion(node, gate, { claims: { jti: secret } });
    const granted = await node.token(parameters);
    await node.token(parameters);
    await node.token({ ...parameters, client_assertion: `${parameters.client_assertion}x` });
    await node.token({ ...development('clerk'), client_id: `name-of-a-person-${secret}` });
    const log = node.logged.join('');
    expect(log).toContain('must only be used once');
    expect(log).toContain('the assertion does not verify');
    const signature = String(parameters.client_assertion).split('.')[2] ?? '';
    for (const word of [secret, signature, String(granted.body.access_token), gate.privateJwk.d, 'eyJ']) {
      expect(log).not.toContain(word);
    }
  });
});
