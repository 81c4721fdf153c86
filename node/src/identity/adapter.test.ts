import { beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import type { Db } from '../db/database.ts';
import { modelAdapter, sweepModels } from './adapter.ts';
import { createTables } from './fixtures/tables.ts';
import * as tables from './tables.ts';

describe.each(eachDatabase)('models of the issuer on $name', ({ open }) => {
  let db: Db;
  let nowMs = Date.parse('2026-11-22T08:00:00.000Z');
  const clock = () => nowMs;
  beforeAll(async () => {
    ({ db } = await open());
    await createTables(db, tables);
  });

  it('are found by what the provider asks for, each kind apart', async () => {
    const sessions = modelAdapter(db, 'Session', clock);
    await sessions.upsert('s1', { uid: 'u1', accountId: '甲' }, 60);
    await sessions.upsert('s1', { uid: 'u2', accountId: '乙' }, 60);
    expect(await sessions.find('s1')).toEqual({ uid: 'u2', accountId: '乙' });
    expect(await sessions.findByUid('u2')).toEqual({ uid: 'u2', accountId: '乙' });
    expect(await sessions.findByUid('u1')).toBeUndefined();
    expect(await modelAdapter(db, 'Interaction', clock).find('s1')).toBeUndefined();
    const codes = modelAdapter(db, 'DeviceCode', clock);
    await codes.upsert('d1', { userCode: 'ABCD-EFGH' }, 60);
    expect(await codes.findByUserCode('ABCD-EFGH')).toEqual({ userCode: 'ABCD-EFGH' });
    await sessions.destroy('s1');
    expect(await sessions.find('s1')).toBeUndefined();
  });

  it('let one of eight consume a thing', async () => {
    const codes = modelAdapter(db, 'AuthorizationCode', clock);
    await codes.upsert('c1', { grantId: 'g1' }, 60);
    const consumed = await Promise.allSettled(Array.from({ length: 8 }, () => codes.consume('c1')));
    expect(consumed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await codes.find('c1')).toEqual({ grantId: 'g1', consumed: nowMs / 1000 });
  });

  it('take one replay mark of eight', async () => {
    const marks = modelAdapter(db, 'ReplayDetection', clock);
    const marked = await Promise.allSettled(Array.from({ length: 8 }, () => marks.upsert('m1', { iss: 'cli' }, 60)));
    expect(marked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = marked.flatMap((result) => (result.status === 'rejected' ? [result.reason.error] : []));
    expect(new Set(refusals)).toEqual(new Set(['invalid_client']));
  });

  it('go with their grant', async () => {
    const codes = modelAdapter(db, 'AuthorizationCode', clock);
    await codes.upsert('c2', { grantId: 'g2' }, 60);
    await codes.upsert('c3', { grantId: 'g3' }, 60);
    await codes.revokeByGrantId('g2');
    expect(await codes.find('c2')).toBeUndefined();
    expect(await codes.find('c3')).toBeDefined();
  });

  it('are swept once they have expired, and not before', async () => {
    const grants = modelAdapter(db, 'Grant', clock);
    await grants.upsert('short', {}, 100);
    await grants.upsert('long', {}, 200);
    await grants.upsert('forever', {});
    nowMs += 150_000;
    expect(await sweepModels(db, clock)).toBeGreaterThan(0);
    expect(await grants.find('short')).toBeUndefined();
    expect([await grants.find('long'), await grants.find('forever')]).toEqual([{}, {}]);
  });
});
