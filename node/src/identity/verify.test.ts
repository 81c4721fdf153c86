import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toInstant } from '@anlian/contracts';
import { importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { createDirectory } from './directory.ts';
import { MEMBER, makeKey } from './fixtures/issuer.ts';
import { createTables } from './fixtures/tables.ts';
import { openSigningKeys, publicJwks, type SigningJwks } from './signingKeys.ts';
import { registerClient } from './store.ts';
import * as tables from './tables.ts';
import { createVerify, type Verify } from './verify.ts';

const NOW = Date.parse('2026-11-22T08:00:00.000Z');
const URL = 'https://ningbo.example';
const GATE = 'gat_00000000000000000000000000000001';
const PERSON = 'development:ningbo-port:clerk';

type Members = Readonly<Record<string, unknown>>;

const claims = (extra: Members = {}): Members => ({
  iss: `${URL}/oidc`,
  aud: `${URL}/api`,
  sub: GATE,
  client_id: GATE,
  jti: 'j',
  iat: NOW / 1000 - 10,
  exp: NOW / 1000 + 10,
  acr: 'machine',
  ...extra,
});

const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each(eachDatabase.slice(0, 1))('verifying an access token', ({ open }) => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-verify-'));
  let jwks: SigningJwks;
  let verify: Verify;
  const signed = async (payload: Members, header: Members = {}): Promise<string> => {
    const [key] = jwks.keys;
    const protectedHeader = { alg: 'ES256', typ: 'at+jwt', kid: key?.kid ?? '', ...header };
    return new SignJWT({ ...payload })
      .setProtectedHeader(protectedHeader)
      .sign(await importJWK({ ...key, kty: 'EC' }, 'ES256'));
  };
  beforeAll(async () => {
    jwks = await openSigningKeys(dir);
    const { db } = await open();
    await createTables(db, tables);
    const { publicJwk } = await makeKey();
    const gate = {
      clientId: GATE,
      org: MEMBER,
      roles: ['gate'] as const,
      publicJwk,
      label: { zh: '一号门', en: 'Gate one' },
    };
    await db.transaction((tx) => registerClient(tx, gate, toInstant(NOW)));
    const config = { profile: 'development', member: MEMBER } as const;
    const directory = createDirectory({
      config,
      db,
      memberKeys: async () => [],
      isTenant: async () => false,
      operatorKey: undefined,
    });
    verify = createVerify({ config: { publicUrl: URL }, clock: () => NOW, directory, jwks });
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('gives the caller with the roles that the directory has now', async () => {
    const stale = claims({ org: 'another', roles: ['administrator'] });
    expect(await verify(await signed(stale))).toEqual({
      subject: GATE,
      org: 'ningbo-port',
      roles: ['gate'],
      acr: 'machine',
    });
    const person = claims({ sub: PERSON, client_id: 'portal', acr: 'development' });
    expect(await verify(await signed(person))).toEqual({
      subject: PERSON,
      org: 'ningbo-port',
      roles: ['clerk'],
      acr: 'development',
    });
  });

  it.each<[string, () => string | Promise<string>]>([
    ['nothing', () => ''],
    ['no JWT', () => 'a.b.c'],
    ['a megabyte', () => 'a'.repeat(1 << 20)],
    ['a token that ended this very second', () => signed(claims({ exp: NOW / 1000 }))],
    ['a token that never ends', () => signed(claims({ exp: undefined }))],
    ['a token of later', () => signed(claims({ nbf: NOW / 1000 + 60 }))],
    ['another issuer', () => signed(claims({ iss: 'https://other.example/oidc' }))],
    ['another audience', () => signed(claims({ aud: 'https://other.example/api' }))],
    ['the issuer as audience', () => signed(claims({ aud: `${URL}/oidc` }))],
    ['an id token', () => signed(claims(), { typ: 'JWT' })],
    ['a token without a type', async () => signed(claims(), { typ: undefined })],
    ['another client’s subject', () => signed(claims({ client_id: 'gat_00000000000000000000000000000002' }))],
    [
      'an unknown machine',
      () =>
        signed(
          claims({ sub: 'gat_00000000000000000000000000000002', client_id: 'gat_00000000000000000000000000000002' }),
        ),
    ],
    ['a machine that claims a person’s sign-in', () => signed(claims({ acr: 'development' }))],
    ['a person that claims a machine’s sign-in', () => signed(claims({ sub: PERSON, client_id: PERSON }))],
    ['an unknown person', () => signed(claims({ sub: 'development:ningbo-port:root', acr: 'development' }))],
    ['a passkey, while nobody has one', () => signed(claims({ sub: PERSON, acr: 'passkey' }))],
    ['an unknown sign-in', () => signed(claims({ acr: 'password' }))],
    ['claims that are none', () => signed(claims({ sub: 7 }))],
    ['no signature', () => `${segment({ alg: 'none', typ: 'at+jwt' })}.${segment(claims())}.`],
    [
      'an HMAC under the public key',
      () => {
        const message = `${segment({ alg: 'HS256', typ: 'at+jwt', kid: jwks.keys[0]?.kid })}.${segment(claims())}`;
        return `${message}.${createHmac('sha256', JSON.stringify(publicJwks(jwks).keys[0]))
          .update(message)
          .digest('base64url')}`;
      },
    ],
    [
      'the key of somebody else under our kid',
      async () => {
        const { privateKey } = await makeKey();
        const header = { alg: 'ES256', typ: 'at+jwt', kid: jwks.keys[0]?.kid ?? '' };
        return new SignJWT({ ...claims() }).setProtectedHeader(header).sign(privateKey);
      },
    ],
    [
      'a changed claim',
      async () => {
        const [header, , signature] = (await signed(claims())).split('.');
        return `${header}.${segment(claims({ exp: NOW / 1000 + 9999 }))}.${signature}`;
      },
    ],
  ])('refuses %s, and does not say why', async (_what, token) => {
    const error: unknown = await verify(await token()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'unauthenticated', detail: undefined, field: undefined, cause: undefined });
  });
});

describe('signing keys of the issuer', () => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-issuer-keys-'));
  const file = join(dir, 'keys', 'issuer.jwks');
  afterAll(() => rmSync(dir, { recursive: true }));

  it('are made once, readable by the owner only', async () => {
    const made = await openSigningKeys(join(dir, 'keys'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'keys')).mode & 0o777).toBe(0o700);
    expect(await openSigningKeys(join(dir, 'keys'))).toEqual(made);
  });

  it('are shown without their private half', async () => {
    const [key] = publicJwks(await openSigningKeys(join(dir, 'keys'))).keys;
    expect(key).not.toHaveProperty('d');
  });

  it.each(['', '{', '{"keys":[]}', '{"keys":[{"kty":"RSA","d":"secret-exponent"}]}'])(
    'are not replaced when the file is damaged (%j)',
    async (text) => {
      writeFileSync(file, text);
      const error: unknown = await openSigningKeys(join(dir, 'keys')).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'configuration_invalid', field: 'issuer.jwks', cause: undefined });
      expect(String(error)).not.toContain('secret-exponent');
    },
  );
});
