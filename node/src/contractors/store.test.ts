import { randomBytes } from 'node:crypto';
import { CREDIT_POLICY_1, DAY_MS, type EventName, type LedgerEvent } from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import type { Db, Tx } from '../db/database.ts';
import { createTables } from '../identity/fixtures/tables.ts';
import type { EventPlace } from '../ledger/project.ts';
import { networkProjector } from '../network/projector.ts';
import * as networkTables from '../network/tables.ts';
import { holdRecord, readHeld } from './held.ts';
import { contractorProjector } from './projector.ts';
import { scopeOf } from './scope.ts';
import { refreshStandings } from './standings.ts';
import * as tables from './tables.ts';

const NOW = Date.parse('2026-11-22T08:00:00.000Z');
const instant = (ms: number) => new Date(ms).toISOString();
const HASH = 'A'.repeat(43);

const MEMBERS = [
  { member: 'hengyuan', company: '91990101MAAA00012T', kind: 'governor', mspId: 'hengyuanMSP' },
  { member: 'dinggu', company: '91990101MAAA00039J', kind: 'participant' },
  { member: 'anlan', company: '91990101MAAA00047D', kind: 'participant', sponsor: 'hengyuan' },
  { member: 'yunfan', company: '91990303MAAA00055F', kind: 'participant', sponsor: 'dinggu' },
] as const;
const company = Object.fromEntries(MEMBERS.map((one) => [one.member, one.company])) as Record<
  (typeof MEMBERS)[number]['member'],
  string
>;

const place = (txTime: number): EventPlace => ({
  txId: 'tx',
  txTime: instant(txTime),
  blockNumber: 1,
  org: 'hengyuan',
  commandId: 'cmd',
});

const project = async <N extends EventName>(
  tx: Tx,
  name: N,
  data: LedgerEvent<N>['data'],
  atMs = NOW,
): Promise<void> => {
  for (const projector of [networkProjector, contractorProjector]) {
    const handler = projector[name] as
      | ((tx: Tx, data: LedgerEvent<N>['data'], place: EventPlace) => Promise<void>)
      | undefined;
    await handler?.(tx, data, place(atMs));
  }
};

const violationOf = (violation: string, at: number) => ({
  import: 'imp_1',
  facts: [
    {
      kind: 'violation' as const,
      violation,
      company: company.anlan,
      site: 'berth',
      clause: 'no_helmet',
      occurredAt: instant(at),
      commitment: HASH,
    },
  ],
});

describe.each(eachDatabase)('the contractors’ store on $name', (database) => {
  let db: Db;
  const tell = <N extends EventName>(name: N, data: LedgerEvent<N>['data'], atMs?: number) =>
    db.transaction((tx) => project(tx, name, data, atMs));
  const standing = async () =>
    (await db.select().from(tables.companies).where(eq(tables.companies.company, company.anlan)))[0];

  beforeAll(async () => {
    db = (await database.open()).db;
    await createTables(db, networkTables, tables);
    for (const member of MEMBERS) await tell('member.admitted', { member: { ...member, keys: [] } });
    await tell('credit.policy_adopted', {
      policy: CREDIT_POLICY_1,
      policyHash: HASH,
      effectiveAt: instant(NOW - DAY_MS),
    });
  });

  it.each([
    ['a governor’s own staff everything', 'hengyuan', 'governor', 'hengyuan', 'all', 'all'],
    [
      'a participant’s own staff its company and its tenants',
      'dinggu',
      'participant',
      'dinggu',
      [company.dinggu, company.yunfan],
      'all',
    ],
    ['a tenant its own company', 'hengyuan', 'governor', 'anlan', [company.anlan], 'own'],
    ['a tenant of a participant its own company', 'dinggu', 'participant', 'yunfan', [company.yunfan], 'own'],
    ['a tenant that is not admitted yet nothing', 'hengyuan', 'governor', 'newcomer', [], 'own'],
  ] as const)('shows %s', async (_, member, kind, org, companies, records) => {
    const scope = await scopeOf(db, { member, kind, company: company[member] }, { org });
    expect({ companies: scope.companies, records: scope.records }).toEqual({ companies, records });
  });

  it('shows a record that stays at home to its owner, the company concerned and the node’s own staff', async () => {
    const deps = { clock: () => NOW, random: (length: number) => new Uint8Array(randomBytes(length)) };
    const hold = (org: string, of: string) =>
      db.transaction((tx) =>
        holdRecord(tx, deps, { org, kind: 'paper', about: 'crd_1', company: of }, { number: org }),
      );
    const records = {
      attested: await hold('hengyuan', company.anlan),
      own: await hold('anlan', company.anlan),
      other: await hold('yunfan', company.yunfan),
    };
    const seenBy = async (member: 'hengyuan' | 'dinggu', org: string) => {
      const kind = member === 'hengyuan' ? 'governor' : 'participant';
      const scope = await scopeOf(db, { member, kind, company: company[member] }, { org });
      const held = await readHeld(
        db,
        scope,
        Object.values(records).map(({ commitment }) => commitment),
      );
      return Object.entries(records).flatMap(([name, { commitment }]) => (held.has(commitment) ? [name] : []));
    };
    expect(await seenBy('hengyuan', 'hengyuan')).toEqual(['attested', 'own', 'other']);
    expect(await seenBy('hengyuan', 'anlan')).toEqual(['attested', 'own']);
    expect(await seenBy('hengyuan', 'newcomer')).toEqual([]);
    expect(await seenBy('dinggu', 'yunfan')).toEqual(['other']);
  });

  it('computes a standing again when its next change has come, and not before', async () => {
    await tell('credit.imported', violationOf('vio_old', NOW - 530 * DAY_MS));
    await refreshStandings(db, NOW);
    expect(await standing()).toMatchObject({ score: 79, band: 'amber', nextChange: { score: 80 }, nextLoss: null });
    const dropsOff = Date.parse((await standing())?.staleAt ?? '');
    await refreshStandings(db, dropsOff - 1);
    expect((await standing())?.score).toBe(79);
    await refreshStandings(db, dropsOff);
    expect(await standing()).toMatchObject({ score: 80, band: 'green', nextChange: null });
  });

  it('never stores a standing over facts that came while it was computed', async () => {
    await tell('credit.imported', violationOf('vio_first', NOW - 2 * DAY_MS));
    const racing = new Proxy(db, {
      get: (target, key) => {
        if (key !== 'execute') return Reflect.get(target, key);
        return async (statement: Parameters<Db['execute']>[0]) => {
          await target.transaction((tx) => project(tx, 'credit.imported', violationOf('vio_second', NOW - DAY_MS)));
          return target.execute(statement);
        };
      },
    });
    await refreshStandings(racing, NOW);
    expect(await standing()).toMatchObject({ staleAt: '' });
    await refreshStandings(db, NOW);
    expect((await standing())?.score).toBe(77);
  });

  it('goes on past what a participant was never told of', async () => {
    await tell('credential.revoked', { credential: 'crd_unseen', reason: 'forged' });
    await tell('credit.acknowledged', { company: company.anlan, violation: 'vio_unseen' });
    await tell('credit.code_revoked', { company: company.anlan, code: 'cod_unseen' });
    await tell('credit.blocklisting_lifted', { company: company.anlan });
    expect(await db.select().from(tables.credentials)).toEqual([]);
  });
});
