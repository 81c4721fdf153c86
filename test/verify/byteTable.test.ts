import {
  type CheckName,
  canonicalBytes,
  DECISION_TYPE,
  DecisionRecord,
  EvidenceBundle,
  fromBase64Url,
  TransactionBundle,
  type TrustBundle,
  TrustBundle as TrustBundleSchema,
  toBase64Url,
} from '@anlian/contracts';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRANSACTION_ROWS } from '../support/byteRows.ts';
import { commitmentTo } from '../support/evidenceLog.ts';
import { type EvidenceNetwork, openEvidenceNetwork, transactionBundle } from '../support/evidenceNetwork.ts';
import { bitAt, fieldsOf, otherAt, otherNumber, withField } from '../support/fields.ts';
import { jwsBy } from '../support/keys.ts';

let network: EvidenceNetwork;
let bundle: EvidenceBundle;
let trust: TrustBundle;
let transaction: TransactionBundle;

/** The gate's second decision: its first numbers, sizes and hashes would have no neighbours to be mistaken for. */
beforeAll(async () => {
  network = await openEvidenceNetwork();
  const gate = network.gate.key.gate ?? '';
  await network.proves(await network.decides(), { kind: 'gate-decision', gate, seq: 1 });
  bundle = await network.proves(await network.decides({ workClass: 'general' }), {
    kind: 'gate-decision',
    gate,
    seq: 2,
  });
  trust = await network.trust();
  transaction = transactionBundle(await network.ledger.attest(await network.anchors()));
});
afterAll(() => network.close());

/** The check that refuses, or what else came out. */
const outcomeOf = async (file: unknown, trusted: unknown = trust): Promise<CheckName | 'proven'> => {
  const { verdict, checks } = await verifyBundle(canonicalBytes(file), canonicalBytes(trusted), { now: new Date() });
  const failed = checks.filter(({ ok }) => !ok);
  expect(failed).toHaveLength(verdict === 'proven' ? 0 : 1);
  return failed[0]?.name ?? 'proven';
};

type Change = (before: never) => unknown;
type Row = readonly [field: string, what: string, change: Change, expected: CheckName | 'proven'];

describe('a proof of evidence', () => {
  it('is proven as it is, and says of whom and what', async () => {
    const verdict = await verifyBundle(canonicalBytes(bundle), trust, { now: new Date() });
    expect(verdict).toMatchObject({
      verdict: 'proven',
      trust: 'single-operator',
      kind: 'evidence',
      subject: {
        kind: 'gate-decision',
        member: 'hengyuan',
        command: 'evidence:anchor',
        who: { org: 'hengyuan', roles: ['node'], acr: 'machine' },
        decision: { record: 'presentation', seq: 2, outcome: 'deny', direction: 'in' },
      },
    });
    expect(verdict.subject).toHaveProperty('decision.reasons.0.code', 'work_class_not_authorised');
    expect(verdict.checks.map(({ name }) => name)).toEqual([
      'trust_form',
      'trust_genesis',
      'trust_configuration',
      'bundle_form',
      'ledger_form',
      'channel',
      'chaincode',
      'proposal_hash',
      'endorser_identity',
      'endorsement',
      'transaction_valid',
      'transaction_creator',
      'transaction_endorsement',
      'command_form',
      'actor_signature',
      'actor_command',
      'actor_authority',
      'command_effect',
      'record_form',
      'leaf_form',
      'checkpoint_form',
      'checkpoint_signature',
      'checkpoint_cosignatures',
      'anchor_matches',
      'record_commitment',
      'inclusion',
      'record_signature',
      'key_interval',
      'decision_recomputed',
    ]);
  });

  const ROWS: readonly Row[] = [
    ['v', 'the next version', otherNumber, 'bundle_form'],
    ['channel', 'another channel', otherAt(-1), 'channel'],
    ['chaincode', 'another chaincode', otherAt(-1), 'chaincode'],
    ['kind', 'no kind', otherAt(-1), 'bundle_form'],
    ['member', 'another member', otherAt(-1), 'leaf_form'],
    ['record', 'its header', otherAt(2), 'record_form'],
    ['record', 'its signature', otherAt(-10), 'record_commitment'],
    ['salt', 'another salt', otherAt(0), 'record_commitment'],
    ['leaf.v', 'the next version', otherNumber, 'bundle_form'],
    ['leaf.kind', 'no kind', otherAt(-1), 'bundle_form'],
    ['leaf.kind', 'another kind', () => 'pack-made', 'record_form'],
    ['leaf.c', 'another commitment', otherAt(0), 'record_commitment'],
    ['leaf.gate', 'another gate', otherAt(-1), 'leaf_form'],
    ['leaf.seq', 'another number', otherNumber, 'leaf_form'],
    ['inclusion.leafIndex', 'another place', () => 0, 'inclusion'],
    ['inclusion.treeSize', 'a larger tree', otherNumber, 'checkpoint_form'],
    ['inclusion.path[]', 'another neighbour', otherAt(0), 'inclusion'],
    ['checkpoint', 'another origin', otherAt(0), 'checkpoint_signature'],
    ['checkpoint', 'its signature', otherAt(-20), 'checkpoint_signature'],
    ['checkpoint', 'no newline at its end', otherAt(-1), 'checkpoint_form'],
    ['ledger.proposal', 'no message', bitAt(0), 'ledger_form'],
    ['ledger.proposal', 'its nonce', bitAt(-120), 'proposal_hash'],
    ['ledger.payload', 'no message', bitAt(0), 'ledger_form'],
    ['ledger.payload', 'the hash of the question', bitAt(10), 'proposal_hash'],
    ['ledger.payload', 'the answer', bitAt(-40), 'endorsement'],
    ['ledger.endorsements[].endorser', 'another MSP', bitAt(3), 'endorser_identity'],
    ['ledger.endorsements[].endorser', 'its certificate', bitAt(200), 'endorser_identity'],
    ['ledger.endorsements[].signature', 'one bit', bitAt(-1), 'endorsement'],
    ['ledger.endorsements[].signature', 'no DER', bitAt(0), 'endorsement'],
  ];

  it.each(ROWS)('with one byte changed in %s (%s) fails', async (field, _what, change, expected) => {
    const changed = withField(bundle, field, change);
    expect(changed).not.toEqual(bundle);
    expect(await outcomeOf(changed)).toBe(expected);
  });

  it('has a row above for every field of its schema', () => {
    expect([...new Set(ROWS.map(([field]) => field))].sort()).toEqual(fieldsOf(EvidenceBundle).sort());
  });

  it.each<Row>([
    ['record', 'its signature', otherAt(-10), 'inclusion'],
    ['salt', 'another salt', otherAt(0), 'inclusion'],
    ['leaf.v', 'the next version', otherNumber, 'bundle_form'],
  ])('with %s changed (%s) and the commitment recomputed fails', async (field, _what, change, expected) => {
    const changed = withField(bundle, field, change);
    expect(await outcomeOf(withField(changed, 'leaf.c', () => commitmentTo(changed.record, changed.salt)))).toBe(
      expected,
    );
  });
});

type Presentation = Extract<DecisionRecord, { kind: 'presentation' }>;
const PRESENTATION = DecisionRecord.options[0];

const claimsOf = (jws: string): Presentation =>
  JSON.parse(new TextDecoder().decode(fromBase64Url(jws.split('.')[1] ?? '')));

describe('a record that the owner of the log changed, with everything outside recomputed, signed and anchored again', () => {
  const reanchored = (record: string) =>
    network.proves(record, { kind: 'gate-decision', gate: network.gate.key.gate ?? '', seq: 2 });

  const ROWS: readonly Row[] = [
    ['v', 'the next version', otherNumber, 'record_form'],
    ['decision', 'another id', otherAt(-1), 'record_signature'],
    ['gate', 'another gate', otherAt(-1), 'leaf_form'],
    ['member', 'another member', otherAt(-1), 'leaf_form'],
    ['site', 'another site', otherAt(-1), 'record_signature'],
    ['seq', 'another number', otherNumber, 'leaf_form'],
    ['previous', 'another past', otherAt(0), 'record_signature'],
    ['at', 'another year', (at: string) => `3${at.slice(1)}`, 'record_signature'],
    ['kind', 'no kind', otherAt(-1), 'record_form'],
    ['presented', 'another picture', otherAt(50), 'record_signature'],
    ['inputs', 'another class of work', (inputs: object) => ({ ...inputs, workClass: 'hot_work' }), 'record_signature'],
    ['result', 'allowed', () => ({ outcome: 'allow', reasons: [], hold: null }), 'record_signature'],
  ];

  it.each(ROWS)('in %s (%s) fails', async (field, _what, change, expected) => {
    const [header, , signature] = bundle.record.split('.');
    const claims = withField(claimsOf(bundle.record), field, change);
    const record = `${header}.${toBase64Url(canonicalBytes(claims))}.${signature}`;
    expect(await outcomeOf(await reanchored(record))).toBe(expected);
  });

  it('has a row above for every field of the record', () => {
    const fields = [...new Set(fieldsOf(PRESENTATION).map((field) => field.replace(/[.[].*$/, '')))];
    expect(ROWS.map(([field]) => field).sort()).toEqual(fields.sort());
  });

  it('is proven when nothing was changed', async () => {
    expect(await outcomeOf(await reanchored(bundle.record))).toBe('proven');
  });

  /** Here the gate itself lies, and signs. What only it can know stays its word; what follows from the rest does not. */
  it.each<Row>([
    [
      'at',
      'a minute later than its clock',
      (at: string) => new Date(Date.parse(at) + 60_000).toISOString(),
      'decision_recomputed',
    ],
    [
      'at',
      'an hour later than the ledger had it',
      (at: string) => new Date(Date.parse(at) + 3_600_000).toISOString(),
      'key_interval',
    ],
    ['site', 'another site than the requirements’', otherAt(-1), 'decision_recomputed'],
    ['presented', 'another picture', otherAt(50), 'decision_recomputed'],
    ['presented', 'no picture', () => null, 'decision_recomputed'],
    ['inputs.presentation.pass', 'another pass', otherAt(-1), 'decision_recomputed'],
    ['inputs.presentation.presentedAt', 'another second', () => '2026-01-01T00:00:00.000Z', 'decision_recomputed'],
    ['inputs.presentation.issuer', 'another issuer', otherAt(-1), 'decision_recomputed'],
    ['inputs.worker.pass', 'another worker', otherAt(-1), 'decision_recomputed'],
    ['inputs.company.company', 'another company', () => '91990101MAAA00047D', 'decision_recomputed'],
    ['inputs.workClass', 'a class that is authorised', () => 'hot_work', 'decision_recomputed'],
    ['inputs.direction', 'the way out', () => 'out', 'decision_recomputed'],
    ['result.outcome', 'allowed', () => 'allow', 'decision_recomputed'],
    ['result.reasons', 'no reason', () => [], 'decision_recomputed'],
    ['result.hold', 'a hold', () => ({ owner: 'supervisor', timeoutSeconds: 120 }), 'decision_recomputed'],
    ['inputs.presentation.seenBefore', 'what it alone knows', (seen: boolean) => !seen, 'decision_recomputed'],
    ['decision', 'another id', otherAt(-1), 'proven'],
    ['previous', 'another past', otherAt(0), 'proven'],
  ])('by the gate in %s (%s) gives the expected verdict', async (field, _what, change, expected) => {
    const record = jwsBy(network.keys.gate, DECISION_TYPE, withField(claimsOf(bundle.record), field, change));
    expect(await outcomeOf(await reanchored(record))).toBe(expected);
  });
});

describe('a proof of a transaction', () => {
  it('is proven as it is', async () => {
    expect(await outcomeOf(transaction)).toBe('proven');
  });

  it.each(TRANSACTION_ROWS)('with one byte changed in %s (%s) fails', async (field, _what, change, expected) => {
    expect(await outcomeOf(withField(transaction, field, change))).toBe(expected);
  });

  it('has a row above for every field of its schema', () => {
    expect([...new Set(TRANSACTION_ROWS.map(([field]) => field))].sort()).toEqual(fieldsOf(TransactionBundle).sort());
  });
});

describe('a trust file', () => {
  const ROWS: readonly Row[] = [
    ['v', 'the next version', otherNumber, 'trust_form'],
    ['channel', 'another channel', otherAt(-1), 'trust_genesis'],
    ['chaincode', 'another chaincode', otherAt(-1), 'chaincode'],
    ['ledger', 'governors that attest', () => 'fabric', 'trust_genesis'],
    [
      'genesisHash',
      'another hash',
      (hex: string) => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`,
      'trust_genesis',
    ],
    ['genesis', 'another root of a governor', bitAt(2_000), 'trust_genesis'],
    ['updates', 'a configuration that is none', () => [toBase64Url(Buffer.from('none'))], 'trust_configuration'],
    ['updates', 'the first configuration again', () => [trust.genesis], 'trust_configuration'],
    ['k', 'one signature more', otherNumber, 'endorsement'],
    ['witnesses', 'one witness', otherNumber, 'checkpoint_cosignatures'],
    // A machine anchors: how people sign in plays no part in this proof.
    ['voteAssertions', 'passkeys only', () => ['passkey'], 'proven'],
    ['personAssertions', 'passkeys only', () => ['passkey'], 'proven'],
    ['members', 'the member left out', (members: object[]) => members.slice(1), 'transaction_creator'],
    // The members vote before the channel follows; certificates of such a governor do not count, and here none is used.
    ['members', 'a governor of an unknown MSP', withMsp, 'proven'],
    ['members', 'a member twice', (members: object[]) => [...members, members[0]], 'trust_form'],
    ['asOf', 'another height', (asOf: { height: number }) => ({ ...asOf, height: asOf.height + 1 }), 'proven'],
    ['publishedBy', 'nobody', () => [], 'proven'],
  ];
  function withMsp(members: object[]): object[] {
    return members.map((member, at) => (at === 1 ? { ...member, mspId: 'NobodyMSP' } : member));
  }

  it.each(ROWS)('with %s changed (%s) gives the expected verdict', async (field, _what, change, expected) => {
    expect(await outcomeOf(bundle, withField(trust, field, change))).toBe(expected);
  });

  it('has a row above for every field of its schema', () => {
    const fields = [...new Set(fieldsOf(TrustBundleSchema).map((field) => field.replace(/[.[].*$/, '')))];
    expect([...new Set(ROWS.map(([field]) => field))].sort()).toEqual(fields.sort());
  });
});
