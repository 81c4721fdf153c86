import type { MadeUpPerson } from './madeUpPeople.ts';
import type { RawRequest } from './people.ts';
import { PAPER } from './personalTraffic.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const unsigned = (claims: object): string =>
  [{ alg: 'ES256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('AAAA')
    .join('.');

/**
 * Requests that are refused, with a person's data wherever a client could put them.
 * @param existing id of a worker that there is
 */
export const hostileRequests = (person: MadeUpPerson, existing: string): RawRequest[] => {
  const { name, nationalId, passport, phone, portrait, birthDate } = person;
  const worker = { name, idDocument: { type: 'national_id', number: nationalId }, birthDate, phone, trade: '焊工' };
  const url = encodeURIComponent;
  const post = (path: string, rest: Omit<RawRequest, 'path'>): RawRequest => ({ method: 'POST', path, ...rest });
  const json = { 'content-type': 'application/json' };
  return [
    post('/api/v1/workers', { json: { ...worker, birthDate: '1970-01-01' } }),
    post('/api/v1/workers', { json: { ...worker, [nationalId]: name, [name]: 1 } }),
    post('/api/v1/workers', { json: { ...worker, idDocument: { type: name, number: nationalId } } }),
    post('/api/v1/workers', { json: { ...worker, employer: name } }),
    post('/api/v1/workers', { json: { ...worker, phone: `${phone}${phone}`, portrait: name } }),
    post('/api/v1/workers', { json: { ...worker, name: `${name}\u0000` } }),
    post('/api/v1/workers', { json: worker, headers: { 'idempotency-key': nationalId } }),
    post('/api/v1/workers', { json: worker, headers: { 'idempotency-key': `${phone} ${passport}` } }),
    post('/api/v1/workers', { body: `{"name":"${name}","phone":"${phone}" ${nationalId}`, headers: json }),
    post('/api/v1/workers', { body: `${name} ${nationalId}`, headers: json }),
    post('/api/v1/workers', { body: JSON.stringify(worker), headers: { 'content-type': 'text/plain' } }),
    post('/api/v1/workers', { body: Buffer.from(`${name}${nationalId}`, 'utf16le'), headers: json }),
    post('/api/v1/workers', { json: { ...worker, portrait: portrait.repeat(500) } }),
    post('/api/v1/workers', { json: { ...worker, trade: name.repeat(1_500_000) } }),
    post('/api/v1/workers/search', { json: { text: name } }),
    post('/api/v1/workers/search', { json: { text: `%${nationalId}'; --` } }),
    post(`/api/v1/workers/${existing}/credentials`, { json: { type: name, number: `T${nationalId}` } }),
    post(`/api/v1/workers/${existing}/credentials`, {
      json: { ...PAPER, number: `T${nationalId}`, attestor: 'nobody-there' },
    }),
    post('/api/v1/enrolments', { json: { worker: nationalId, site: name } }),
    post('/api/v1/violations', { json: { company: name, site: nationalId, report: { text: phone } } }),
    post('/api/v1/carrier/commands', { json: { command: { name }, actor: nationalId } }),
    post('/api/v1/enrolments/inbound', { json: { person: worker } }),
    post('/api/v1/attestations/inbound', { json: { subject: { record: worker } } }),
    post('/api/v1/disclosures', { json: { about: name, record: { text: nationalId }, salt: phone } }),
    post('/api/v1/passes/claim', { json: { token: nationalId, publicKey: name, proof: phone } }),
    { path: `/api/v1/workers/${url(name)}` },
    { path: `/api/v1/workers/${nationalId}` },
    { path: `/api/v1/workers?cursor=${url(name)}` },
    { path: `/api/v1/workers?cursor=${nationalId}&limit=${phone}` },
    { path: `/api/v1/companies?q=${url(name)}` },
    { path: `/api/v1/companies/${url(name)}/score?at=${nationalId}` },
    { path: `/api/v1/violations?cursor=${url(Buffer.from(nationalId).toString('base64url'))}` },
    { path: `/api/v1/decisions?cursor=${nationalId}` },
    { path: `/api/v1/commands?cursor=${phone}9999999999999` },
    { path: `/api/v1/evidence?cursor=${url(name)}` },
    { path: `/${url(name)}/${nationalId}?phone=${phone}` },
    { path: `/log/tile/${url(name)}` },
    { path: `/log/tile/entries/${nationalId}` },
    {
      path: '/api/v1/node',
      headers: {
        cookie: `id=${nationalId}`,
        'user-agent': phone,
        referer: `http://x/${passport}`,
        'x-request-id': nationalId,
        traceparent: `00-${nationalId}-${phone}-01`,
      },
    },
    { path: '/api/v1/workers', headers: { authorization: `Bearer ${nationalId}` } },
    {
      path: '/api/v1/workers',
      headers: { authorization: `Basic ${Buffer.from(`${name}:${nationalId}`).toString('base64')}` },
    },
    {
      path: '/api/v1/workers',
      headers: { authorization: `Bearer ${unsigned({ sub: name, jti: nationalId, iss: phone })}` },
    },
    { method: 'PATCH', path: `/api/v1/workers/${existing}`, json: { name }, headers: { 'if-match': '"999"' } },
    { method: 'PATCH', path: `/api/v1/workers/${existing}`, json: { name }, headers: { 'if-match': nationalId } },
    { method: nationalId, path: '/api/v1/workers' },
    ...[
      { grant_type: name, client_id: nationalId },
      {
        grant_type: 'client_credentials',
        client_id: nationalId,
        client_assertion: unsigned({ sub: name, iss: nationalId }),
      },
      {
        grant_type: 'client_credentials',
        client_id: 'operator',
        client_assertion_type: phone,
        client_assertion: name,
      },
      {
        grant_type: 'client_credentials',
        client_id: 'operator',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: unsigned({ sub: name, iss: nationalId, jti: phone }),
      },
      { grant_type: 'client_credentials', scope: name, resource: `http://${nationalId}/` },
    ].map((form) =>
      post('/oidc/token', {
        body: new URLSearchParams(form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ),
    { path: `/oidc/auth?client_id=${nationalId}&login_hint=${url(name)}&redirect_uri=http://${phone}/` },
    { path: `/oidc/${url(name)}` },
  ];
};
