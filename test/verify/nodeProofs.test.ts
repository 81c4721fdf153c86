import { canonicalBytes, type TrustBundle } from '@anlian/contracts';
import { type BlockSubject, verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PortalNode, startPortalNode } from '../portal/portalNode.ts';
import { until } from '../support/until.ts';

describe('a node hands out for its auditor', () => {
  let node: PortalNode;
  let trust: TrustBundle;
  const auditor = () => node.as('auditor');
  const verdictOn = (file: unknown) => verifyBundle(canonicalBytes(file), trust, { now: new Date() });

  beforeAll(async () => {
    node = await startPortalNode();
    await node.as('safety-manager').registerSite({ body: { site: 'terminal', name: { zh: '码头', en: 'Terminal' } } });
    await until('the site is followed', async () =>
      (await auditor().listSites({})).items.some(({ site }) => site === 'terminal'),
    );
    trust = await auditor().getTrust({});
  });
  afterAll(() => node?.close());

  it('the value of a fact, whose key has one part or several', async () => {
    const site = await auditor().proveView({ params: { type: 'site', fact: 'terminal' } });
    expect(await verdictOn(site)).toMatchObject({
      verdict: 'proven',
      subject: { type: 'site', key: ['terminal'], value: { owner: 'hengyuan' } },
    });
    const company = trust.members[0]?.company ?? '';
    const key = `${company}/vio_${'0'.repeat(32)}`;
    const violation = await auditor().proveView({ params: { type: 'violation', fact: key } });
    expect(await verdictOn(violation)).toMatchObject({ verdict: 'proven', subject: { value: null } });
  });

  it('a whole block', async () => {
    const { blockNumber } = (await auditor().listCommands({ query: { limit: 1 } })).items[0] ?? {};
    const file = await auditor().proveBlock({ params: { number: String(blockNumber) } });
    const { verdict, subject } = await verdictOn(file);
    expect(verdict).toBe('proven');
    expect((subject as BlockSubject).transactions.map(({ call }) => call)).toContain('site:register');
  });

  it.each([
    ['a type of fact that there is not', { type: 'cmd', fact: 'terminal' }],
    ['a key of too many parts', { type: 'site', fact: 'terminal/terminal' }],
    ['a key in another alphabet', { type: 'site', fact: 'Terminal' }],
    ['a company with a wrong check digit', { type: 'blocklisting', fact: '91990101MAAA00039K' }],
  ])('no view of %s', async (_, params) => {
    await expect(auditor().proveView({ params })).rejects.toMatchObject({ code: expect.stringMatching(/^invalid_/) });
  });

  it.each([
    ['beyond the ledger', '999999', 'not_found'],
    ['of no number', 'x', 'invalid_input'],
    ['of a negative number', '-1', 'invalid_input'],
    ['of a number that no double holds', '99999999999999999999', 'invalid_input'],
  ])('no block %s', async (_, number, code) => {
    await expect(auditor().proveBlock({ params: { number } })).rejects.toMatchObject({ code });
  });

  it('nothing for who may not read proofs', async () => {
    const clerk = node.as('clerk');
    await expect(clerk.proveView({ params: { type: 'site', fact: 'terminal' } })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(clerk.proveBlock({ params: { number: '1' } })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
