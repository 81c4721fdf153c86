import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ClaimPass,
  CODE_KINDS,
  DECISION_TYPE,
  fromBase64Url,
  HOLDER_PROOF_TYPE,
  type PublicJwk,
  toBase64Url,
} from '@anlian/contracts';
import { compactVerify, importJWK, jwtVerify } from 'jose';
import { kidOf, thumbprint } from '../code/keys.ts';
import { encodeWorkerPass } from '../code/open.ts';
import { openJws } from './jws.ts';
import { textDigest } from './pack/make.ts';
import type { FetchedPack } from './sync.ts';
import { GATE, type World } from './world.fixture.ts';

/** Test support: the part of a node that gates and phones talk to, over real HTTP, as strict as the real one. */
export interface TestNode {
  readonly url: string;
  /** The invitation that is open; it is used once. */
  readonly token: string;
  readonly kept: string[];
  readonly asked: string[];
  pack: FetchedPack & { rows: string };
  /** Registers the keys of the gate. */
  register(gateKey: PublicJwk, clientKey: PublicJwk): Promise<void>;
  /** Forgets every access token, as a restart with other keys does. */
  revokeTokens(): void;
  close(): Promise<void>;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
};

class Refusal extends Error {
  readonly status: number;
  readonly body: object;
  constructor(status: number, body: object) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

export const startNode = async (world: World): Promise<TestNode> => {
  const token = toBase64Url(new Uint8Array(32).fill(5));
  let usedBy: string | undefined;
  let keys: { gate: PublicJwk; client: PublicJwk; kid: string } | undefined;
  let tokens = new Set<string>();

  const grant = async (form: URLSearchParams) => {
    const key = await importJWK({ ...keys?.client }, 'ES256');
    const { payload, protectedHeader } = await jwtVerify(form.get('client_assertion') ?? '', key, {
      issuer: GATE,
      subject: GATE,
      requiredClaims: ['exp', 'iat', 'jti'],
      currentDate: new Date('2026-11-22T00:00:30.000Z'),
    });
    const isRight =
      payload.aud === `${node.url}/oidc` &&
      protectedHeader.kid === keys?.kid &&
      form.get('resource') === `${node.url}/api` &&
      form.get('scope') === 'api';
    if (!isRight) throw new Refusal(401, { error: 'invalid_client' });
    const access = `at-${tokens.size}-${payload.jti}`;
    tokens.add(access);
    return { access_token: access, token_type: 'Bearer', expires_in: 600 };
  };

  const take = async (decisions: string[]) => {
    const gateKey = { kid: await thumbprint(keys!.gate), use: 'gate', jwk: keys!.gate, gate: GATE } as const;
    for (const jws of decisions) {
      const { seq } = (await openJws(jws, DECISION_TYPE, [gateKey])) as { seq: number };
      if (seq > node.kept.length + 1) throw new Refusal(409, { code: 'decision_gap', expected: node.kept.length + 1 });
      if ((node.kept[seq - 1] ?? jws) !== jws) throw new Refusal(409, { code: 'decision_fork' });
      node.kept[seq - 1] = jws;
    }
    return { upTo: node.kept.length };
  };

  const claim = async (body: string) => {
    const { token: shown, publicKey, proof } = ClaimPass.parse(JSON.parse(body));
    const { payload, protectedHeader } = await compactVerify(proof, await importJWK({ ...publicKey }, 'ES256'));
    const { invite } = JSON.parse(new TextDecoder().decode(payload));
    if (protectedHeader.typ !== HOLDER_PROOF_TYPE || invite !== (await textDigest(shown)))
      throw new Refusal(422, { code: 'holder_proof_invalid' });
    const holder = await thumbprint(publicKey);
    if (shown !== token || (usedBy ?? holder) !== holder) throw new Refusal(422, { code: 'invite_invalid' });
    usedBy = holder;
    const iat = Math.floor(Date.parse('2026-11-22T00:00:00.000Z') / 1000);
    const claims = {
      kind: CODE_KINDS.pass,
      iss: world.port.member,
      sub: world.worker.employer,
      iat,
      exp: iat + 86_400,
      cti: new Uint8Array(16).fill(9),
      cnf: { x: fromBase64Url(publicKey.x), y: fromBase64Url(publicKey.y) },
    };
    const pass = await encodeWorkerPass(claims, kidOf(await thumbprint(world.port.jwk)), world.port.sign);
    return { pass: toBase64Url(pass), passId: `pas_${'09'.repeat(16)}`, expiresAt: '2026-11-23T00:00:00.000Z' };
  };

  const answer = async (request: IncomingMessage): Promise<object> => {
    const url = new URL(request.url ?? '', node.url);
    node.asked.push(`${request.method} ${url.pathname}${url.search}`);
    const body = await readBody(request);
    if (url.pathname === '/oidc/.well-known/openid-configuration')
      return { issuer: `${node.url}/oidc`, token_endpoint: `${node.url}/oidc/token` };
    if (url.pathname === '/oidc/token') return grant(new URLSearchParams(body));
    if (url.pathname === '/api/v1/passes/claim') return claim(body);
    if (!tokens.has(request.headers.authorization?.replace('Bearer ', '') ?? ''))
      throw new Refusal(401, { code: 'unauthenticated' });
    if (url.pathname === `/api/v1/gates/${GATE}/decisions`) return take(JSON.parse(body).decisions);
    const { jws, rows } = node.pack;
    return url.searchParams.get('have') === (await textDigest(rows)) ? { jws } : { jws, rows };
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body } = await answer(request).then(
      (value) => ({ status: 200, body: value }),
      (error: unknown) =>
        error instanceof Refusal ? error : { status: 401, body: { error: 'invalid_client', code: 'unauthenticated' } },
    );
    response.writeHead(status, { 'content-type': 'application/json', date: 'Sun, 22 Nov 2026 00:00:00 GMT' });
    response.end(JSON.stringify(body));
  };

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const node: TestNode = {
    url: `http://127.0.0.1:${port}`,
    token,
    kept: [],
    asked: [],
    pack: await world.pack(),
    register: async (gate, client) => {
      if (client.kty !== 'EC') throw new TypeError('P-256');
      keys = { gate, client, kid: await thumbprint(client) };
    },
    revokeTokens: () => {
      tokens = new Set();
    },
    close: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  };
  return node;
};
