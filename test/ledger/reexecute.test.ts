import { BATCH_NAME, stateKey } from '@anlian/contracts';
import { concatBytes, encodeReadWriteSet, executedBlock, messages, utf8 } from '@anlian/sdk/ledger';
import { describe, expect, it } from 'vitest';
import { evidence } from '../../node/src/evidence/tables.ts';
import { sites } from '../../node/src/network/tables.ts';
import { CHAINCODE, signedBy } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';
import { proposalOf } from '../support/rawLedger.ts';
import {
  type ChangeAction,
  FORGED,
  FORGED_SITE,
  otherEvent,
  otherValue,
  SITES,
  text,
  withSets,
  withWrites,
  written,
} from '../support/reexecution.ts';
import { reexecutionScene, withForged } from '../support/reexecutionScene.ts';

describe.each(eachDatabase)('a governor’s node that runs the blocks again ($name)', (database) => {
  const { chain, node } = reexecutionScene(database);

  it('finds nothing in an honest chain, and makes the state of the ledger from it', async () => {
    const { blocks: honest } = chain();
    await node().followAll(honest);
    expect(await node().alarms()).toEqual([]);
    expect(await node().db.select().from(evidence)).toEqual([]);
    expect(await node().state()).toEqual(written(honest));
    expect((await node().state()).length).toBeGreaterThan(SITES * 2);
    const { transactions } = executedBlock(honest.at(-1) as Uint8Array, CHAINCODE);
    expect(transactions.map(({ args }) => text(args[0] ?? new Uint8Array()))).toEqual([BATCH_NAME]);
    expect(await node().db.select().from(sites)).toHaveLength(SITES);
  });

  const noEvents: ChangeAction = (action) => ({ ...action, event: undefined });
  const otherResult: ChangeAction = (action) => ({ ...action, payload: utf8('{"site":"yard-9"}') });

  const keyPolicy = withSets((set) => {
    const sets = messages.rwset.TxReadWriteSet.deserializeBinary(encodeReadWriteSet(set));
    const [namespace] = sets.getNsRwsetList();
    const kv = messages.kvrwset.KVRWSet.deserializeBinary(namespace?.getRwset_asU8() ?? new Uint8Array());
    const policy = new messages.kvrwset.KVMetadataWrite();
    policy.setKey(stateKey.site(FORGED_SITE));
    kv.addMetadataWrites(policy);
    namespace?.setRwset(kv.serializeBinary());
    return sets.serializeBinary();
  });

  it.each<[string, ChangeAction, readonly string[]]>([
    ['another value', otherValue, ['writes']],
    ['a key more', withWrites((writes) => [...writes, { key: 'zone', value: utf8('{}') }]), ['writes']],
    ['a key less', withWrites((writes) => writes.slice(1)), ['writes']],
    ['a deletion', withWrites((writes) => [...writes, { key: 'zone', value: undefined }]), ['writes']],
    [
      'a key that no index takes',
      withWrites((writes) => [...writes, { key: 'z'.repeat(9_000), value: utf8('{}') }]),
      ['writes'],
    ],
    ['a key with a NUL', withWrites((writes) => [...writes, { key: 'zone\u0000', value: utf8('\u0000') }]), ['writes']],
    [
      'another namespace',
      withSets((set) => concatBytes(encodeReadWriteSet(set), encodeReadWriteSet({ ...set, namespace: 'other' }))),
      ['writes'],
    ],
    ['the policy of a key', keyPolicy, ['writes']],
    ['other events', otherEvent, ['events']],
    ['no events', noEvents, ['events']],
    ['another result', otherResult, ['result']],
    ['another status', (action) => ({ ...action, status: 201 }), ['result']],
    ['everything otherwise', (action) => otherValue(otherEvent(otherResult(action))), ['writes', 'events', 'result']],
  ])('raises an alarm at %s, says who endorsed it, and goes on', async (_, change, differs) => {
    const [hengyuan, qichuan, zhengheng] = chain().governors;
    const blocks = await withForged(chain(), change, { endorsers: [zhengheng, hengyuan], pretended: [qichuan] });
    await node().followAll(blocks);
    expect(await node().alarms()).toMatchObject([
      {
        blockNumber: FORGED,
        txId: executedBlock(blocks[FORGED] as Uint8Array, CHAINCODE).transactions[0]?.txId,
        carriedBy: 'hengyuanMSP',
        endorsers: ['hengyuanMSP', 'zhenghengMSP'],
        differs,
        refusal: null,
      },
    ]);
    expect(node().fault()).toBeUndefined();
    expect((await node().db.select().from(sites)).map(({ site }) => site)).toContain(`yard-${SITES - 1}`);
  });

  it('keeps the evidence of an alarm, without any value of the ledger', async () => {
    await node().followAll(await withForged(chain(), otherValue));
    const [alarm] = await node().alarms();
    const [row] = await node().db.select().from(evidence);
    expect(row).toMatchObject({ kind: 'endorsement-alarm', evidence: alarm?.evidence });
    expect(JSON.parse(row?.record ?? '')).toMatchObject({
      v: 1,
      kind: 'endorsement-not-reproduced',
      differs: ['writes'],
    });
    expect(row?.record).not.toContain(FORGED_SITE);
  });

  it('goes on with what the block wrote, so that what follows from it is no second alarm', async () => {
    const blocks = await withForged(chain(), otherValue);
    await node().followAll(blocks);
    expect(await node().alarms()).toHaveLength(1);
    expect(await node().state()).toEqual(written(blocks));
    expect(Object.fromEntries(await node().state())[stateKey.site(FORGED_SITE)]).toBe('{"owner":"qichuan"}');
  });

  it('raises an alarm at what the rules refuse, with their code', async () => {
    const [hengyuan, ...endorsers] = chain().governors;
    const again = await proposalOf(hengyuan, signedBy(hengyuan, 'site:register', { site: 'yard-0' }));
    const as = { proposal: again.bytes, endorsers };
    await node().followAll(await withForged(chain(), noEvents, as));
    expect(await node().alarms()).toMatchObject([
      { endorsers: ['qichuanMSP', 'zhenghengMSP'], differs: ['refusal'], refusal: 'already_exists' },
    ]);
  });

  it('raises an alarm when another chaincode writes keys of ours, which no rule did', async () => {
    const chaincode = 'other';
    const [hengyuan] = chain().governors;
    const asked = await proposalOf(hengyuan, signedBy(hengyuan, 'site:register', { site: 'yard-0' }), { chaincode });
    const elsewhere: ChangeAction = (action) => ({ ...action, chaincode });
    await node().followAll(await withForged(chain(), elsewhere, { proposal: asked.bytes }));
    expect(await node().alarms()).toMatchObject([
      { blockNumber: FORGED, endorsers: ['qichuanMSP'], differs: ['writes'] },
    ]);
  });
});
