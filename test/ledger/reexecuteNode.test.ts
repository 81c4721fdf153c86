import * as rules from '@anlian/chaincode/rules';
import type { Contract } from '@anlian/consortium/ledger';
import type { Persona } from '@anlian/contracts';
import { createFetch } from '@anlian/sdk/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PortalNode, startPortalNode } from '../portal/portalNode.ts';
import { until } from '../support/until.ts';

const fetch = createFetch({ localhostToLoopback: true });

/** An operator that gives one yard to somebody else than the member who registers it. */
const tampered: Contract = {
  ...rules,
  invoke: async (read, invocation) => {
    const outcome = await rules.invoke(read, invocation);
    const writes = outcome.writes.map(
      ([key, value]): rules.Write => [
        key,
        key === 'site/yard-1' ? { ...(value as object), owner: 'zhengheng' } : value,
      ],
    );
    return { ...outcome, writes };
  },
};

describe('a node on the ledger of an operator that changed the rules', () => {
  let node: PortalNode;
  const READERS: readonly Persona[] = ['auditor', 'safety-manager', 'administrator'];
  const read = async (path: string) => (await fetch(`${node.url}${path}`)).text();
  const alarms = async (person: Persona = 'auditor') => (await node.as(person).listLedgerAlarms({})).items;

  beforeAll(async () => {
    node = await startPortalNode(tampered);
    for (const site of ['yard-0', 'yard-1', 'yard-2']) await node.submit(node.qichuan, 'site:register', { site });
    await until('the node has followed', async () =>
      (await node.as('safety-manager').listSites({})).items.some(({ site }) => site === 'yard-2'),
    );
  });
  afterAll(() => node?.close());

  it.each(READERS)('tells its %s which transaction, who endorsed it and what differs', async (person) => {
    expect(await alarms(person)).toMatchObject([
      {
        carriedBy: 'qichuanMSP',
        endorsers: ['operatorMSP'],
        differs: [{ code: 'writes', text: { zh: '写入的数据不同', en: 'What it writes' } }],
        refusal: null,
      },
    ]);
  });

  it.each<Persona>(['clerk', 'supervisor', 'governor-delegate'])('tells its %s nothing', async (person) => {
    await expect(alarms(person)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('stays ready, says so as a notice, counts it and keeps evidence of it', async () => {
    expect(JSON.parse(await read('/readyz'))).toMatchObject({
      ready: true,
      fault: null,
      notices: ['endorsement_not_reproduced'],
    });
    expect(await read('/metrics')).toMatch(/^anlian_ledger_endorsement_alarms_total 1$/m);
    const [alarm] = await alarms();
    const { items } = await node.as('auditor').listEvidence({ query: { kind: 'endorsement-alarm' } });
    expect(items.map(({ evidence }) => evidence)).toEqual([alarm?.evidence]);
  });

  it('still knows it after a restart, and counts it once', async () => {
    const before = await alarms();
    await node.stop();
    await node.start();
    await until('ready again', async () => JSON.parse(await read('/readyz')).ready);
    expect(await alarms()).toEqual(before);
    expect(await read('/metrics')).toMatch(/^anlian_ledger_endorsement_alarms_total 1$/m);
  });
});
