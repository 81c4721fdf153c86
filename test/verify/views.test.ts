import {
  type CheckName,
  canonicalBytes,
  canonicalText,
  type TrustBundle,
  ViewAnswer,
  ViewBundle,
  type ViewBundle as ViewProof,
} from '@anlian/contracts';
import { decodeResponsePayload, fromUtf8, utf8 } from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEW_ROWS } from '../support/byteRows.ts';
import { fieldsOf, withField } from '../support/fields.ts';
import { onFabric } from '../support/forgedGenesis.ts';
import { identityOf } from '../support/forgedProof.ts';
import {
  forgeView,
  type ViewForgery,
  withKeyMetadata,
  withNamespace,
  withPrivateCollection,
} from '../support/forgedView.ts';
import { CHAINCODE, signedBy } from '../support/governors.ts';
import { viewBundle, viewBundleOf } from '../support/ledgerBundles.ts';
import { openProofCase } from '../support/proofCase.ts';
import { endorse } from '../support/rawLedger.ts';

const HOUR_MS = 3_600_000;
const { network, trust, port, other, stranger, refusalOf, withMember } = await openProofCase();
const kept = await onFabric(trust);
afterAll(() => network.close());

let view: ViewProof;
beforeAll(async () => {
  await network.ledger.submit(signedBy(port, 'site:register', { site: 'berth-3' }));
  view = await viewBundle(network.ledger, { type: 'site', key: ['berth-3'] });
});

const bundle = () => view;
const verdictOn = (file: ViewProof) => verifyBundle(canonicalBytes(file), trust, { now: new Date() });

describe('a view', () => {
  it('is proven as it is, and says what was held, when, and by whom', async () => {
    const verdict = await verdictOn(bundle());
    expect(verdict).toMatchObject({
      verdict: 'proven',
      trust: 'single-operator',
      kind: 'view',
      subject: {
        type: 'site',
        key: ['berth-3'],
        value: { version: 1, site: 'berth-3', owner: port.member },
        asOf: expect.any(String),
        heldBy: ['operatorMSP'],
      },
    });
    expect(verdict.checks.map(({ name }) => name)).toEqual([
      'trust_form',
      'trust_genesis',
      'trust_configuration',
      'bundle_form',
      'ledger_form',
      'channel',
      'chaincode',
      'view_function',
      'proposal_hash',
      'endorser_identity',
      'endorsement',
      'view_answer',
      'view_read',
    ]);
  });

  it('proves that there is no such fact', async () => {
    const nothing = await viewBundle(network.ledger, { type: 'site', key: ['nowhere'] });
    expect(await verdictOn(nothing)).toMatchObject({ verdict: 'proven', subject: { value: null } });
  });

  it.each(VIEW_ROWS)('with one byte changed in %s (%s) fails', async (field, _what, change, expected) => {
    const changed = withField(bundle(), field, change);
    expect(changed).not.toEqual(bundle());
    expect(await refusalOf(changed)).toBe(expected);
  });

  it('has a row above for every field of its schema', () => {
    expect([...new Set(VIEW_ROWS.map(([field]) => field))].sort()).toEqual(fieldsOf(ViewBundle).sort());
  });
});

describe('a view that whoever endorses made up, under its own signature', () => {
  const forged = (change: Partial<ViewForgery> = {}) =>
    forgeView({ asker: identityOf(port), endorsers: [network.operator], ...change });

  it('is proven when it is in form: on one operator’s word', async () => {
    expect(await refusalOf(await forged())).toBe('proven');
  });

  /** What the view function answers, field by field, against a question that stays as it was. */
  const ANSWERS: readonly (readonly [field: string, what: string, change: Partial<ViewForgery>])[] = [
    ['type', 'another type', { answer: { type: 'member' } }],
    ['key[]', 'another key', { answer: { key: ['made-u'] } }],
    ['key[]', 'a part more', { answer: { key: ['made-up', 'made-up'] } }],
    ['asOf', 'another time', { answer: { asOf: '2026-01-01T00:00:00.000Z' } }],
    ['asOf', 'no time', { answer: { asOf: 'today' } }],
    ['value', 'no value', { text: '{"asOf":"2026-01-01T00:00:00.000Z","key":["made-up"],"type":"site"}' }],
    ['value', 'more than an answer', { answer: { note: 'more' } }],
    ['value', 'another spelling', { text: '{"type":"site","key":["made-up"],"value":null,"asOf":"x"}' }],
    ['value', 'no JSON', { text: '' }],
  ];
  it.each(ANSWERS)('is refused when its answer has another %s (%s)', async (_field, _what, change) => {
    expect(await refusalOf(await forged(change))).toBe('view_answer');
  });

  it('has a row above for every field of an answer', () => {
    expect([...new Set(ANSWERS.map(([field]) => field))].sort()).toEqual(fieldsOf(ViewAnswer).sort());
  });

  const version = { block: 3, tx: 0 };
  const read = { key: 'site/made-up', version };
  const beside = (namespace: string, key: string) =>
    withNamespace({ namespace, reads: [{ key, version }], ranges: [], writes: [] });
  it.each<[string, Partial<ViewForgery>]>([
    ['nothing', { set: { reads: [] } }],
    ['another key', { set: { reads: [{ ...read, key: 'site/other' }] } }],
    ['a second key', { set: { reads: [{ ...read, key: 'site/a' }, read] } }],
    ['a range too', { set: { ranges: [{ start: 'site/', end: 'site0', reads: [] }] } }],
    ['a key without value, and answered one', { set: { reads: [{ ...read, version: undefined }] } }],
    ['a value, and answered none', { answer: { value: null } }],
    ['another chaincode’s state', { set: { namespace: 'other' } }],
    ['private data', { action: { readWriteSet: withPrivateCollection() } }],
    ['another chaincode’s state besides', { action: { readWriteSet: beside('other', 'site/made-up') } }],
    [
      'another chaincode’s definition',
      { action: { readWriteSet: beside('_lifecycle', 'namespaces/fields/o/Sequence') } },
    ],
    ['no set at all', { action: { readWriteSet: new Uint8Array() } }],
  ])('is refused when it read %s', async (_, change) => {
    expect(await refusalOf(await forged(change))).toBe('view_read');
  });

  it.each<[string, Partial<ViewForgery>]>([
    ['the key', { set: { writes: [{ key: 'site/made-up', value: utf8('{}') }] } }],
    ['another key', { set: { writes: [{ key: 'site/other', value: utf8('{}') }] } }],
    ['nothing into a key', { set: { writes: [{ key: 'site/made-up', value: undefined }] } }],
    ['metadata of a key', { action: { readWriteSet: withKeyMetadata() } }],
  ])('is refused when it wrote %s', async (_, change) => {
    expect(await refusalOf(await forged(change))).toBe('view_read');
  });

  it('may have looked its own chaincode up, as Fabric’s peers do', async () => {
    const lookup = beside('_lifecycle', `namespaces/fields/${CHAINCODE}/Sequence`);
    expect(await refusalOf(await forged({ action: { readWriteSet: lookup } }))).toBe('proven');
  });

  const asks = (name: string, ...args: readonly string[]) => ({ args: [name, ...args].map(utf8) });
  const question = canonicalText({ type: 'site', key: ['made-up'] });
  it.each<[string, Partial<ViewForgery>, CheckName]>([
    ['a function that repeats what it is told', asks('query:get', question), 'view_function'],
    ['a function whose name begins so', asks('query:view2', question), 'view_function'],
    ['no function', { args: [] }, 'view_function'],
    ['nothing', asks('query:view'), 'view_function'],
    ['more than one thing', asks('query:view', question, question), 'view_function'],
    ['what is no fact', asks('query:view', canonicalText({ type: 'cmd', key: ['a'] })), 'view_function'],
    ['it in another spelling', asks('query:view', '{"type":"site", "key":["made-up"]}'), 'view_function'],
    ['bytes that are not UTF-8', { args: [Uint8Array.of(0xff), utf8(question)] }, 'view_function'],
    ['another chaincode', { chaincode: 'another' }, 'chaincode'],
    ['it, and another chaincode answers', { answeredBy: 'another' }, 'chaincode'],
    ['it on another channel', { channel: 'another' }, 'channel'],
  ])('is refused when it asks for %s', async (_, change, expected) => {
    expect(await refusalOf(await forged(change))).toBe(expected);
  });

  it.each<[string, Partial<ViewForgery>]>([
    ['refuses', { action: { status: 500 } }],
    ['tells of an event', { action: { event: { name: 'anlian', payload: utf8('[]') } } }],
  ])('is refused when the chaincode %s', async (_, change) => {
    expect(await refusalOf(await forged(change))).toBe('view_function');
  });

  it.each<[string, () => ViewForgery['endorsers'], CheckName]>([
    ['nobody of the channel', () => [stranger], 'endorser_identity'],
    ['a governor in the operator’s place', () => [identityOf(other)], 'endorser_identity'],
    ['the operator twice', () => [network.operator, network.operator], 'endorsement'],
  ])('is refused under the signature of %s', async (_, endorsers, expected) => {
    expect(await refusalOf(await forged({ endorsers: endorsers() }))).toBe(expected);
  });
});

describe('an endorsed write that was never ordered', () => {
  it('is neither a view nor an attested transaction', async () => {
    const { proposal, response, endorsement } = await endorse(
      network.embedded,
      port,
      signedBy(port, 'site:register', { site: 'never' }),
    );
    const held = viewBundleOf({ proposal, payload: response.payload, endorsements: [endorsement] });
    expect(fromUtf8(decodeResponsePayload(response.payload, 'invalid_input').action.payload)).toContain('never');
    expect(await refusalOf(held)).toBe('view_function');
    expect(await refusalOf({ ...held, kind: 'transaction' })).toBe('ledger_form');
  });
});

describe('governors that hold a value', () => {
  const governors = () => network.governors.map(identityOf);
  const governed = (change: Partial<TrustBundle> = {}): TrustBundle => ({ ...kept, ...change });
  const byThem = (count: number, change: Partial<ViewForgery> = {}) =>
    forgeView({ asker: identityOf(port), endorsers: governors().slice(0, count), ...change });

  it('prove it together', async () => {
    expect(await refusalOf(await byThem(2), { trusted: governed() })).toBe('proven');
  });

  it('are a strict majority of those that are members, whatever less the trust file asks for', async () => {
    const later = Date.now() + HOUR_MS;
    const lax = governed({ k: 1 });
    const asked = { askedMs: later, now: new Date(later) };
    expect(await refusalOf(await byThem(1, asked), { trusted: lax, now: asked.now })).toBe('endorsement');
    expect(await refusalOf(await byThem(2, asked), { trusted: lax, now: asked.now })).toBe('proven');
  });

  it.each<[string, () => Promise<ViewProof>, () => TrustBundle, CheckName]>([
    ['one is too few', () => byThem(1), governed, 'endorsement'],
    ['one is too many', () => byThem(3), governed, 'endorsement'],
    [
      'one signed twice',
      () => byThem(0, { endorsers: [...governors().slice(0, 1), ...governors().slice(0, 1)] }),
      governed,
      'endorsement',
    ],
    [
      'one had been expelled by then',
      () => byThem(2),
      () =>
        governed({ members: withMember(other.member, { to: new Date(Date.now() - HOUR_MS).toISOString() }).members }),
      'endorser_identity',
    ],
    [
      'one was admitted only later',
      () => byThem(2),
      () =>
        governed({ members: withMember(other.member, { from: new Date(Date.now() + HOUR_MS).toISOString() }).members }),
      'endorser_identity',
    ],
  ])('are refused when %s', async (_, file, trusted, expected) => {
    expect(await refusalOf(await file(), { trusted: trusted() })).toBe(expected);
  });
});
