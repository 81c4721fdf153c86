import { Credential, CredentialPage, Disclosure, toInstant } from '@anlian/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { heldRecords } from '../../node/src/contractors/tables.ts';
import { eachDatabase } from '../support/postgres.ts';
import { ANLAN, SITE } from './contractorNode.ts';
import {
  ASSESSOR,
  CLERK,
  contractorScene,
  insurance,
  notice,
  POLICY_NUMBER,
  REPORT,
  STRANGER,
} from './contractorScenes.ts';

describe.each(eachDatabase)('what stays at home on $name', (database) => {
  const { node, get, post, created } = contractorScene(database);
  beforeAll(async () => {
    await created('/credentials', insurance(), ASSESSOR);
    const { violation } = await created('/violations', notice());
    const appeal = { ground: 'facts_wrong', report: { text: '监护人在场', files: [] } };
    await created(`/violations/${violation}/appeals`, appeal, CLERK);
    const report = { text: '总体良好' };
    await created('/evaluations', {
      company: ANLAN.company,
      site: SITE,
      grade: 'B',
      occurredAt: toInstant(Date.now()),
      report,
    });
  });

  it('puts nothing of what stays at home on the ledger', async () => {
    const { height } = await node().ledger.describe();
    const blocks = Buffer.concat(await Promise.all(Array.from({ length: height }, (_, at) => node().ledger.block(at))));
    expect(blocks.includes(ANLAN.company)).toBe(true);
    for (const secret of [POLICY_NUMBER, REPORT.text, '监护人在场', '同舟财产保险', '总体良好', '800000'])
      expect(blocks.includes(secret), secret).toBe(false);
  });

  it('discloses a paper to another member, who can check it against the ledger, and takes only what opens the commitment', async () => {
    const [paper] = CredentialPage.parse(
      (await get(`/credentials?company=${ANLAN.company}&type=liability_insurance`)).body,
    ).items;
    const shown = Disclosure.parse((await get(`/disclosures/${paper?.credential}`)).body);
    expect(shown.record).toMatchObject({ number: POLICY_NUMBER });
    expect((await get(`/disclosures/${paper?.credential}`, STRANGER)).status).toBe(404);
    expect((await post('/disclosures', { ...shown, record: { ...shown.record, number: 'another' } })).status).toBe(400);
    await node().db.delete(heldRecords);
    expect(Credential.parse((await get(`/credentials/${paper?.credential}`)).body).record).toBeNull();
    expect((await get(`/disclosures/${paper?.credential}`)).status).toBe(404);
    expect(await post('/disclosures', shown)).toMatchObject({ status: 201, body: { commitment: paper?.commitment } });
    expect(Credential.parse((await get(`/credentials/${paper?.credential}`)).body).record?.coverPerPersonYuan).toBe(
      800_000,
    );
  });
});
