import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import type { Db } from '../db/database.ts';
import {
  assertion,
  development,
  MEMBER,
  makeKey,
  remove,
  startIssuer,
  TENANT,
  type TestIssuer,
  type TestKey,
} from './fixtures/issuer.ts';
import { createTables } from './fixtures/tables.ts';
import * as tables from './tables.ts';

type Machine = TestKey & { clientId: string };

const OTHER = 'beilun-steel';

describe.each(eachDatabase)('development sign-in on $name', ({ open }) => {
  let db: Db;
  let node: TestIssuer;
  let gate: Machine;
  beforeAll(async () => {
    ({ db } = await open());
    await createTables(db, tables);
    node = await startIssuer(db);
    gate = await node.register(MEMBER, ['gate']);
  });
  afterAll(async () => {
    await node.stop();
    remove(node);
  });

  describe('in the development profile', () => {
    it('gives a persona of the node’s own member, and says what it is', async () => {
      const { status, body } = await node.token(development('safety-manager'));
      expect(status).toBe(200);
      expect(body).toMatchObject({
        development: true,
        label: { zh: expect.stringContaining('不可用于生产'), en: expect.stringContaining('not for production') },
      });
      expect(await node.identity.verify(String(body.access_token))).toEqual({
        subject: `development:${MEMBER}:safety-manager`,
        org: MEMBER,
        roles: ['safety_manager'],
        acr: 'development',
      });
    });

    it('gives a persona of a tenant', async () => {
      const token = await node.persona('clerk', TENANT);
      expect(await node.identity.verify(token)).toMatchObject({ org: TENANT, roles: ['clerk'], acr: 'development' });
    });

    it('labels machines’ tokens too', async () => {
      const { body } = await node.token(await assertion(node, gate));
      expect(body).toMatchObject({ development: true, label: { zh: expect.any(String), en: expect.any(String) } });
    });

    it.each<[string, Record<string, string>]>([
      ['a person who is none', development('root')],
      ['a prototype’s member', development('constructor')],
      ['no person', { grant_type: 'urn:anlian:grant:development', client_id: 'portal' }],
      ['an organisation that is not hosted here', development('clerk', OTHER)],
      ['an organisation that is no name', development('clerk', `${MEMBER}:administrator`)],
      ['another resource', { ...development('clerk'), resource: 'https://elsewhere.example/api' }],
      ['another client', { ...development('clerk'), client_id: 'cli_00000000000000000000000000000000' }],
      ['client credentials of the public client', { grant_type: 'client_credentials', client_id: 'portal' }],
    ])('refuses %s', async (_what, parameters) => {
      const { status, body } = await node.token(parameters);
      expect([400, 401]).toContain(status);
      expect(body).not.toHaveProperty('access_token');
    });

    it.each(['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'])(
      'refuses what a proxy passed on (%s)',
      async (header) => {
        expect(await node.token(development('clerk'), { [header]: '203.0.113.7' })).toMatchObject({ status: 400 });
      },
    );

    it('refuses pages of other sites', async () => {
      expect(await node.token(development('clerk'), { origin: 'https://attacker.example' })).toMatchObject({
        status: 400,
      });
      expect(await node.token(development('clerk'), { origin: node.url })).toMatchObject({ status: 200 });
    });

    it('serves the launcher by the key that it left in the data directory', async () => {
      const key = await makeKey();
      const prepare = (dir: string) => writeFile(join(dir, 'operator.jwk'), JSON.stringify(key.publicJwk));
      await node.stop();
      node = await startIssuer(db, { after: node, prepare });
      const proof = await assertion(node, { ...key, clientId: 'operator' });
      const { body } = await node.token({
        ...proof,
        grant_type: 'urn:anlian:grant:development',
        person: 'governor-delegate',
      });
      expect(await node.identity.verify(String(body.access_token))).toMatchObject({ roles: ['governor_delegate'] });
      expect(await node.token(await assertion(node, { ...key, clientId: 'operator' }))).toMatchObject({ status: 400 });
    });

    it('refuses to start on a launcher’s file that holds a private key, and does not quote it', async () => {
      const key = await makeKey();
      const prepare = (dir: string) => writeFile(join(dir, 'operator.jwk'), JSON.stringify(key.privateJwk));
      const error: unknown = await startIssuer(db, { prepare }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'configuration_invalid', field: 'operator.jwk', cause: undefined });
      expect(String(error)).not.toContain(key.privateJwk.d);
    });
  });

  describe('in the production profile', () => {
    let production: TestIssuer;
    let persona: string;
    beforeAll(async () => {
      persona = await node.persona('administrator');
      await node.stop();
      production = await startIssuer(db, { after: node, profile: 'production' });
    });
    afterAll(async () => {
      await production.stop();
      node = await startIssuer(db, { after: node });
    });

    it('has no development grant, no public client, and says nothing of them', async () => {
      expect(await production.token(development('clerk'))).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
      const proof = await assertion(production, gate);
      const answer = await production.token({ ...proof, grant_type: 'urn:anlian:grant:development', person: 'clerk' });
      expect(answer).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
      const metadata = await (await fetch(`${production.issuer}/.well-known/openid-configuration`)).json();
      expect(metadata).toMatchObject({
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['private_key_jwt'],
      });
    });

    it('refuses a development token although its own key signed it', async () => {
      await expect(production.identity.verify(persona)).rejects.toMatchObject({ code: 'unauthenticated' });
    });

    it('serves machines as before, without the label', async () => {
      const { status, body } = await production.token(await assertion(production, gate));
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
    });

    it('tells callers that it is none of development', async () => {
      const info = await (await production.api('/identity')).json();
      expect(info).toMatchObject({
        development: false,
        label: null,
        personas: [],
        methods: [{ method: 'private_key_jwt' }],
      });
    });
  });
});
