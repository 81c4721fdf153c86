import { addDays, DAY_MS, Problem, toInstant } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { eachDatabase } from '../support/postgres.ts';
import { RUIHAN } from './contractorNode.ts';
import { CLERK, contractorScene, insurance, MANAGER, notice, today } from './contractorScenes.ts';

describe.each(eachDatabase)('the contractors API on $name refuses, by a stable code,', (database) => {
  const { node, get, post } = contractorScene(database);

  const future = toInstant(Date.now() + DAY_MS);
  it.each<[string, string, string, unknown, number, string]>([
    ['a wrong USCC', MANAGER, '/credentials', insurance({ company: '91990101MAAA00047E' }), 400, 'invalid_uscc'],
    [
      'a company that the network does not know',
      MANAGER,
      '/credentials',
      insurance({ company: '91990303MAAA00055F' }),
      422,
      'unknown_company',
    ],
    [
      'dates that are reversed',
      MANAGER,
      '/credentials',
      insurance({ validTo: addDays(today, -301) }),
      422,
      'invalid_period',
    ],
    [
      'a review outside the validity',
      MANAGER,
      '/credentials',
      insurance({ reviewBy: addDays(today, 66) }),
      422,
      'invalid_period',
    ],
    ['insurance without an end', MANAGER, '/credentials', insurance({ validTo: undefined }), 422, 'invalid_period'],
    ['a day that does not exist', MANAGER, '/credentials', insurance({ validTo: '2027-02-30' }), 400, 'invalid_input'],
    [
      'a check in the future',
      MANAGER,
      '/credentials',
      insurance({ attestation: { method: 'phone', checkedAt: future } }),
      422,
      'in_the_future',
    ],
    [
      'a worker’s paper for a company',
      MANAGER,
      '/credentials',
      insurance({ type: 'special_work_welding' }),
      400,
      'invalid_input',
    ],
    ['an unknown field', MANAGER, '/credentials', insurance({ note: 'free text' }), 400, 'invalid_input'],
    [
      'a number with a line break',
      MANAGER,
      '/credentials',
      insurance({ record: { number: 'a\u2028b', authorityName: 'x' } }),
      400,
      'invalid_input',
    ],
    [
      'a lone surrogate',
      MANAGER,
      '/credentials',
      insurance({ record: { number: '\ud800', authorityName: 'x' } }),
      400,
      'invalid_input',
    ],
    ['a NUL in a report', MANAGER, '/violations', notice({ report: { text: 'a\u0000b' } }), 400, 'invalid_input'],
    [
      'a report that is too long',
      MANAGER,
      '/violations',
      notice({ report: { text: '字'.repeat(4001) } }),
      400,
      'invalid_input',
    ],
    ['a violation in the future', MANAGER, '/violations', notice({ occurredAt: future }), 422, 'in_the_future'],
    [
      'a violation before the admission',
      MANAGER,
      '/violations',
      notice({ occurredAt: toInstant(Date.now() - DAY_MS) }),
      422,
      'not_admitted',
    ],
    [
      'a violation of a company that is not admitted',
      MANAGER,
      '/violations',
      notice({ company: RUIHAN.company }),
      422,
      'not_admitted',
    ],
    [
      'a clause that the policy does not know',
      MANAGER,
      '/violations',
      notice({ clause: 'constructor' }),
      422,
      'unknown_clause',
    ],
    ['a site of another member', MANAGER, '/violations', notice({ site: 'qichuan-paint' }), 403, 'not_the_owner'],
    ['a site that nobody has', MANAGER, '/violations', notice({ site: 'nowhere' }), 422, 'unknown_site'],
    ['a tenant that records a violation', 'anlan.safety_manager', '/violations', notice(), 403, 'not_a_governor'],
    ['a role that may not', 'hengyuan.auditor', '/violations', notice(), 403, 'forbidden'],
    ['text that is not JSON', MANAGER, '/violations', '{"company":', 400, 'invalid_input'],
  ])('%s', async (_, who, path, body, status, code) => {
    const { body: problem, ...answer } = await post(path, body, who);
    expect({ status: answer.status, code: Problem.parse(problem).code }).toEqual({ status, code });
  });

  it.each([
    ['GET', `/companies/${RUIHAN.company}`],
    ['GET', `/companies/${RUIHAN.company}/score`],
    ['GET', '/credentials/crd_00000000000000000000000000000000'],
    ['GET', '/violations/vio_00000000000000000000000000000000'],
    ['GET', '/codes/cod_00000000000000000000000000000000'],
    ['GET', '/disclosures/crd_00000000000000000000000000000000'],
    ['POST', '/violations/vio_00000000000000000000000000000000/acknowledge'],
  ])('%s %s by a tenant as if it did not exist', async (method, path) => {
    const foreign = await node().call(CLERK, method, path);
    const absent = await node().call(CLERK, 'GET', `/companies/91990303MAAA00055F`);
    const form = ({ status, body }: { status: number; body: unknown }) => ({
      status,
      body: { ...(body as object), traceId: undefined },
    });
    expect(form(foreign)).toEqual(form(absent));
    expect(foreign.status).toBe(404);
  });

  it('a call without a token or a key', async () => {
    expect((await node().call(undefined, 'GET', '/companies')).status).toBe(401);
    expect((await node().call('hengyuan.root', 'GET', '/companies')).status).toBe(401);
    expect(await node().call(MANAGER, 'POST', '/violations', notice(), { 'idempotency-key': '' })).toMatchObject({
      body: { code: 'idempotency_key_required' },
    });
  });

  const encoded = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');
  describe.each(['/companies', '/credentials', '/violations', '/evaluations', '/codes'])('in %s', (path) => {
    it.each<[string, string]>([
      ['that is none', '!'],
      ['that is empty', ''],
      ['that ends too early', 'eyJ9'],
      ['that is no position', encoded('{}')],
      ['of one part', encoded('["a"]')],
      ['of three parts', encoded('["a","b","c"]')],
      ['of numbers', encoded('[1,2]')],
      ['with a NUL', encoded(JSON.stringify(['2026-11-22T08:00:00.000Z', 'a\u0000']))],
      ['with half of a character', encoded(JSON.stringify(['a', '\ud800']))],
      ['with other letters', encoded(JSON.stringify(['安', 'b']))],
      ['that is no UTF-8', encoded(new Uint8Array([0xff, 0xfe]))],
      ['with a part that is too long', encoded(JSON.stringify(['', 'x'.repeat(129)]))],
      ['without end', 'A'.repeat(600)],
    ])('a cursor %s', async (_what, cursor) => {
      expect(await get(`${path}?cursor=${encodeURIComponent(cursor)}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid_input', field: expect.stringMatching(/^\/?cursor$/) },
      });
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['a line break', { zh: '安\n澜', en: 'Anlan' }, '/zh'],
    ['a NUL', { zh: '安澜', en: 'An\u0000lan' }, '/en'],
    ['an escape', { zh: '\u001b[2J安澜', en: 'Anlan' }, '/zh'],
    ['half of a character', { zh: '安\ud842', en: 'Anlan' }, '/zh'],
    ['no end', { zh: '安'.repeat(101), en: 'Anlan' }, '/zh'],
    ['nothing in it', { zh: '  ', en: 'Anlan' }, '/zh'],
  ])('a company’s name with %s, and names the field', async (_what, name, field) => {
    const put = await node().call(MANAGER, 'PUT', `/companies/${RUIHAN.company}/name`, name, { 'if-match': '"0"' });
    expect(put).toMatchObject({ status: 400, body: { code: 'invalid_input', field } });
  });
});
