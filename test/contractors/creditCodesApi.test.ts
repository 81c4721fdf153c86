import { CreditCode, CreditCodePage, fromBase64Url } from '@anlian/contracts';
import { codeKey, openCompanyCode, parseCodeText } from '@anlian/sdk/code';
import { describe, expect, it } from 'vitest';
import { eachDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { ANLAN, RUIHAN } from './contractorNode.ts';
import { CLERK, contractorScene, MANAGER, STRANGER } from './contractorScenes.ts';

describe.each(eachDatabase)('credit codes on $name', (database) => {
  const { node, get, post, score, created } = contractorScene(database);

  it('hands out a credit code that any holder of the issuer’s key can open, and the ledger knows by its claims', async () => {
    const answer = await post(`/companies/${ANLAN.company}/codes`);
    const code = CreditCode.parse(answer.body);
    expect(answer.status).toBe(201);
    expect(code.text).toMatch(/^HTTPS:\/\/HENGYUAN\.LOCALHOST:7101\/C#\d+$/);
    const [, key] = node().port.descriptor.keys;
    const bytes = parseCodeText(code.text ?? '').bytes;
    expect(bytes.length).toBeLessThanOrEqual(275);
    expect(bytes).toEqual(fromBase64Url(code.bytes ?? ''));
    const claims = await openCompanyCode(bytes, [await codeKey('hengyuan', key!, '2020-01-01T00:00:00.000Z', null)]);
    expect(claims).toMatchObject({ iss: 'hengyuan', sub: ANLAN.company, score: code.score });
    expect(claims.exp - claims.iat).toBe(30 * 86_400);
    const onLedger = await node().ledger.query('query:get', { key: `code/${ANLAN.company}/${code.code}` });
    expect(onLedger).toMatchObject({ issuer: 'hengyuan', facts: { score: code.score, effectiveAt: code.issuedAt } });
    expect(code.score).toBe((await score()).score);
  });

  it('gives a contractor’s clerk its own company’s code, and nobody else’s', async () => {
    const own = await post(`/companies/${ANLAN.company}/codes`, undefined, CLERK);
    expect(own).toMatchObject({ status: 201, body: { state: { code: 'valid' }, issuer: 'hengyuan' } });
    expect(await post(`/companies/${RUIHAN.company}/codes`, undefined, CLERK)).toMatchObject({ status: 404 });
    expect(CreditCodePage.parse((await get('/codes', CLERK)).body).items).toHaveLength(2);
    expect(CreditCodePage.parse((await get('/codes', STRANGER)).body).items).toEqual([]);
  });

  it('keeps a code back until the ledger has it', async () => {
    const code = await node().withoutLedger(async (callOffline) => {
      const answer = await callOffline(MANAGER, 'POST', `/companies/${ANLAN.company}/codes`);
      expect(answer).toMatchObject({
        status: 202,
        body: { state: { code: 'queued' }, text: null, bytes: null, ledger: { state: 'queued' } },
      });
      return CreditCode.parse(answer.body).code;
    });
    await until(
      'the code is valid',
      async () => CreditCode.parse((await get(`/codes/${code}`)).body).state.code === 'valid',
    );
    expect(CreditCode.parse((await get(`/codes/${code}`)).body).text).toContain('/C#');
  });

  it('revokes a code once', async () => {
    const [newest] = CreditCodePage.parse((await get(`/codes?company=${ANLAN.company}&limit=1`)).body).items;
    await created(`/codes/${newest?.code}/revoke`, undefined);
    expect(CreditCode.parse((await get(`/codes/${newest?.code}`)).body)).toMatchObject({
      state: { code: 'revoked', text: { en: 'Revoked' } },
    });
    expect(await post(`/codes/${newest?.code}/revoke`)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition' },
    });
  });
});
