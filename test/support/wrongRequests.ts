import { DAY_MS, formatId, HOUR_MS, toInstant } from '@anlian/contracts';
import { type RawRequest, random } from './people.ts';

export const DINGGU = '91990101MAAA00039J';
/** An id of which there is nothing. */
export const nothing = (prefix: Parameters<typeof formatId>[0]): string => formatId(prefix, random(16));

export const NOTICE = {
  company: DINGGU,
  site: 'qichuan-expansion',
  clause: 'no_helmet',
  occurredAt: toInstant(Date.now() - HOUR_MS),
  report: { text: '未戴安全帽' },
};
export const WORKER = {
  name: '测试工',
  idDocument: { type: 'passport', number: 'B99000001' },
  birthDate: '1990-01-01',
  trade: '普工',
};
export const post = (path: string, json: unknown, headers: Record<string, string> = {}): RawRequest => ({
  method: 'POST',
  path: `/api/v1${path}`,
  json,
  headers,
});
const json = { 'content-type': 'application/json' };
const LARGE = 9 << 20;

export type Who = 'manager' | 'clerk' | 'delegate' | 'nobody' | 'tenant' | 'auditor';

/** What is sent, by whom, and what must come back: the status, our code, the field at fault. */
export const WRONG_REQUESTS: readonly [string, Who, RawRequest, number, string, string?][] = [
  [
    'a company code with a wrong check digit',
    'manager',
    post('/violations', { ...NOTICE, company: '91990101MAAA00039K' }),
    400,
    'invalid_uscc',
    '/company',
  ],
  [
    'a company code in lower case',
    'manager',
    post('/violations', { ...NOTICE, company: DINGGU.toLowerCase() }),
    400,
    'invalid_uscc',
    '/company',
  ],
  [
    'a company that is no member',
    'manager',
    post('/violations', { ...NOTICE, company: '91990404MAAA00098G' }),
    422,
    'unknown_company',
  ],
  [
    'a company that was never admitted to the site',
    'manager',
    post('/violations', { ...NOTICE, company: '91990101MAAA00047D' }),
    422,
    'not_admitted',
  ],
  [
    'a site that does not exist',
    'manager',
    post('/violations', { ...NOTICE, site: 'nowhere-at-all' }),
    422,
    'unknown_site',
  ],
  [
    'another member’s site',
    'manager',
    post('/violations', { ...NOTICE, site: 'hengyuan-terminal' }),
    403,
    'not_the_owner',
  ],
  [
    'a clause that the policy does not have',
    'manager',
    post('/violations', { ...NOTICE, clause: 'bad_mood' }),
    422,
    'unknown_clause',
  ],
  [
    'a violation that has not happened yet',
    'manager',
    post('/violations', { ...NOTICE, occurredAt: toInstant(Date.now() + HOUR_MS) }),
    422,
    'in_the_future',
  ],
  [
    'a violation of last month',
    'manager',
    post('/violations', { ...NOTICE, occurredAt: toInstant(Date.now() - 31 * DAY_MS) }),
    422,
    'not_admitted',
  ],
  [
    'an instant without milliseconds',
    'manager',
    post('/violations', { ...NOTICE, occurredAt: '2026-11-22T08:00:00Z' }),
    400,
    'invalid_input',
    '/occurredAt',
  ],
  ['a field that nobody knows', 'manager', post('/violations', { ...NOTICE, severity: 9 }), 400, 'invalid_input', '/'],
  [
    'a field that nobody knows, deep inside',
    'manager',
    post('/violations', { ...NOTICE, report: { text: 'x', mood: 1 } }),
    400,
    'invalid_input',
    '/report',
  ],
  [
    'a vote about an unknown member',
    'delegate',
    post('/proposals', {
      proposed: { action: 'member.expel', member: 'nobody-there', windDownUntil: toInstant(Date.now() + HOUR_MS) },
    }),
    422,
    'unknown_member',
  ],
  [
    'a vote on an unknown proposal',
    'delegate',
    post(`/proposals/${nothing('prp')}/votes`, { vote: 'for' }),
    422,
    'unknown_proposal',
  ],
  [
    'text that is no JSON',
    'manager',
    { method: 'POST', path: '/api/v1/violations', body: '{"company":', headers: json },
    400,
    'invalid_input',
  ],
  [
    'bytes that are no UTF-8',
    'manager',
    { method: 'POST', path: '/api/v1/violations', body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]), headers: json },
    400,
    'invalid_input',
  ],
  ['no body', 'manager', { method: 'POST', path: '/api/v1/violations', headers: json }, 400, 'invalid_input'],
  ['a list in place of an object', 'manager', post('/violations', [NOTICE]), 400, 'invalid_input'],
  [
    'a body of 9 MB',
    'clerk',
    {
      method: 'POST',
      path: '/api/v1/workers',
      body: JSON.stringify({ ...WORKER, name: 'x'.repeat(LARGE) }),
      headers: json,
    },
    413,
    'payload_too_large',
  ],
  [
    'a body of 9 MB by somebody without a token',
    'nobody',
    { method: 'POST', path: '/api/v1/workers', body: 'x'.repeat(LARGE), headers: json },
    413,
    'payload_too_large',
  ],
  [
    'half of a surrogate pair',
    'clerk',
    {
      method: 'POST',
      path: '/api/v1/workers',
      body: JSON.stringify(WORKER).replace('测试工', '\\ud842'),
      headers: json,
    },
    400,
    'invalid_input',
    '/name',
  ],
  ['a NUL in a name', 'clerk', post('/workers', { ...WORKER, name: '甲\u0000乙' }), 400, 'invalid_input', '/name'],
  [
    'a national id that a spreadsheet shortened',
    'clerk',
    post('/workers', { ...WORKER, idDocument: { type: 'national_id', number: '9.90101E+17' } }),
    400,
    'invalid_national_id',
    '/idDocument/number',
  ],
  [
    'a birth date that is not the one in the national id',
    'clerk',
    post('/workers', { ...WORKER, idDocument: { type: 'national_id', number: '99010119900101001X' } }),
    400,
    'invalid_national_id',
  ],
  [
    'an empty idempotency key',
    'clerk',
    post('/workers', WORKER, { 'idempotency-key': '' }),
    400,
    'idempotency_key_required',
    'Idempotency-Key',
  ],
  [
    'an idempotency key of 129 characters',
    'clerk',
    post('/workers', WORKER, { 'idempotency-key': 'k'.repeat(129) }),
    400,
    'invalid_input',
    'Idempotency-Key',
  ],
  [
    'a page that does not exist',
    'auditor',
    { path: '/api/v1/commands?cursor=999999999999999999999999' },
    400,
    'invalid_input',
    'cursor',
  ],
  ['a cursor with a NUL in it', 'auditor', { path: '/api/v1/companies?cursor=%00' }, 400, 'invalid_input'],
  ['a page of minus one', 'auditor', { path: '/api/v1/companies?limit=-1' }, 400, 'invalid_input', '/limit'],
  ['a page of a million', 'auditor', { path: '/api/v1/companies?limit=1000000' }, 400, 'invalid_input', '/limit'],
  ['no token', 'nobody', post('/violations', NOTICE), 401, 'unauthenticated'],
  [
    'a token that is none',
    'nobody',
    { path: '/api/v1/companies', headers: { authorization: 'Bearer x.y.z' } },
    401,
    'unauthenticated',
  ],
  [
    'another scheme',
    'nobody',
    { path: '/api/v1/companies', headers: { authorization: 'Basic YTpi' } },
    401,
    'unauthenticated',
  ],
  ['a role that may not', 'auditor', post('/violations', NOTICE), 403, 'forbidden'],
  ['a tenant at what is the node’s own', 'tenant', { path: '/api/v1/tenants' }, 403, 'forbidden'],
  ['a path that is none', 'manager', { path: '/api/v1/nothing' }, 404, 'not_found'],
];
