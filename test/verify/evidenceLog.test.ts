import { cosignNote, noteVerifier, parseCheckpoint, parseNote } from '@anlian/chaincode/proof';
import {
  canonicalBytes,
  checkpointOrigin,
  DECISION_TYPE,
  type EvidenceBundle,
  fromBase64Url,
  HOUR_MS,
  type TrustBundle,
  toBase64Url,
  toInstant,
} from '@anlian/contracts';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, describe, expect, it } from 'vitest';
import { toJson } from '../support/evidenceNetwork.ts';
import { onFabric } from '../support/forgedGenesis.ts';
import { forgeAttested, identityOf } from '../support/forgedProof.ts';
import { freshId, signedBy } from '../support/governors.ts';
import { jwsBy, jwsOver, type MemberKey, memberKey } from '../support/keys.ts';
import { openProofCase } from '../support/proofCase.ts';

const { network, bundle, trust, port, refusalOf, withMember } = await openProofCase();
afterAll(() => network.close());

describe('cosignatures', () => {
  const witness = async (member: string, key: MemberKey) => ({
    verifier: await noteVerifier(
      checkpointOrigin(trust.channel, member),
      fromBase64Url(key.descriptor.jwk.x),
      'cosignature/v1',
    ),
    sign: async (message: Uint8Array) => key.sign(message),
  });
  type Witness = readonly [member: string, key: MemberKey];
  const noteBy = async (witnesses: readonly Witness[], ms = Date.now()): Promise<string> => {
    let { checkpoint } = bundle;
    for (const [member, key] of witnesses)
      checkpoint = await cosignNote(checkpoint, await witness(member, key), Math.floor(ms / 1000));
    return checkpoint;
  };
  /** The embedded ledger asks for no witnesses, so its operator makes up that this was anchored. */
  const anchored = async (checkpoint: string, attestors = [network.operator]): Promise<EvidenceBundle> => {
    const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
    const gates = [{ gate: network.gate.key.gate ?? '', seq: 1 }];
    const ledger = await forgeAttested({
      signed: signedBy(port, 'evidence:anchor', { checkpoint, consistency: [], gates }),
      result: { member: port.member, size: Number(size), root: toBase64Url(root) },
      submitter: identityOf(port),
      endorsers: attestors,
      attestors,
    });
    return { ...bundle, checkpoint, ledger: toJson(ledger) };
  };
  const cosigned = async (...witnesses: readonly Witness[]) => anchored(await noteBy(witnesses));
  const keyOf = (member: string): MemberKey => network.witnessKeys.get(member) as MemberKey;
  const asking = (witnesses: number): TrustBundle => ({ ...trust, witnesses });

  const both = () => cosigned(['qichuan', keyOf('qichuan')], ['zhengheng', keyOf('zhengheng')]);

  it('are taken when exactly a majority of the other governors made them, or as many as the policy asks', async () => {
    expect(await refusalOf(await both(), { trusted: asking(1) })).toBe('proven');
    expect(await refusalOf(await both(), { trusted: asking(2) })).toBe('proven');
    const one = await cosigned(['qichuan', keyOf('qichuan')]);
    expect(await refusalOf(one, { trusted: asking(1) })).toBe('checkpoint_cosignatures');
  });

  it.each<[string, number, string, string]>([
    ['an hour', 3_600_000, 'proven', 'checkpoint_cosignatures'],
    ['a minute, when the clocks may differ', 60_000, 'proven', 'proven'],
  ])('are due from the one that stays when the other governor left %s before', async (_, ago, ofOne, ofBoth) => {
    const to = new Date(Date.now() - ago).toISOString();
    const trusted = { ...withMember('zhengheng', { to }), witnesses: 2 };
    expect(await refusalOf(await cosigned(['qichuan', keyOf('qichuan')]), { trusted })).toBe(ofOne);
    expect(await refusalOf(await both(), { trusted })).toBe(ofBoth);
    expect(await refusalOf(bundle, { trusted })).toBe('checkpoint_cosignatures');
  });

  it.each<[string, () => Promise<EvidenceBundle>, number]>([
    ['one is missing', async () => bundle, 1],
    ['one is surplus', () => cosigned(['qichuan', keyOf('qichuan')]), 0],
    ['the owner witnesses itself', () => cosigned(['hengyuan', network.keys.log]), 1],
    ['a stranger witnesses', () => cosigned(['nobody', memberKey('log')]), 1],
    ['another key signs in a governor’s name', () => cosigned(['qichuan', memberKey('log')]), 1],
  ])('are refused when %s', async (_, file, witnesses) => {
    expect(await refusalOf(await file(), { trusted: asking(witnesses) })).toBe('checkpoint_cosignatures');
  });

  it('are those that were anchored: one collected afterwards would give one proof many spellings', async () => {
    const afterwards = await noteBy([
      ['qichuan', keyOf('qichuan')],
      ['zhengheng', keyOf('zhengheng')],
    ]);
    expect(await refusalOf({ ...bundle, checkpoint: afterwards }, { trusted: asking(1) })).toBe('anchor_matches');
  });

  const listedWith = (member: string, change: Partial<TrustBundle['members'][number]['keys'][number]>): TrustBundle => {
    const keys = trust.members.find((one) => one.member === member)?.keys ?? [];
    return {
      ...withMember(member, {
        keys: keys.map((entry) => (entry.key.use === 'log' ? { ...entry, ...change } : entry)),
      }),
      witnesses: 1,
    };
  };

  it('are due from a majority of the governors on the channel, whatever number the trust file states', async () => {
    const trusted = { ...(await onFabric(trust)), witnesses: 0 };
    const governors = network.governors.slice(0, 2).map(identityOf);
    const first: Witness = ['qichuan', keyOf('qichuan')];
    const refusal = async (...witnesses: readonly Witness[]) =>
      refusalOf(await anchored(await noteBy(witnesses), governors), { trusted });
    expect(await refusal()).toBe('checkpoint_cosignatures');
    expect(await refusal(first)).toBe('checkpoint_cosignatures');
    expect(await refusal(first, ['zhengheng', keyOf('zhengheng')])).toBe('proven');
  });

  it('do not count by a key that was compromised before the ledger had them', async () => {
    const at = (ms: number) => listedWith('qichuan', { compromisedSince: toInstant(ms) });
    const file = await both();
    expect(await refusalOf(file, { trusted: at(Date.now() - HOUR_MS) })).toBe('key_interval');
    expect(await refusalOf(file, { trusted: at(Date.now() + HOUR_MS) })).toBe('proven');
  });

  it('do not count by a key that was retired before', async () => {
    const trusted = listedWith('qichuan', { to: toInstant(Date.now() - HOUR_MS) });
    expect(await refusalOf(await both(), { trusted })).toBe('key_interval');
  });

  it.each([
    ['now', 0],
    ['dated back to its membership', 2 * HOUR_MS],
  ])('of a governor that was expelled, whose keys nobody retired, do not count: %s', async (_, agoMs) => {
    const from = toInstant(Date.now() - 3 * HOUR_MS);
    const keys = (member: string) =>
      (trust.members.find((one) => one.member === member)?.keys ?? []).map((entry) => ({ ...entry, from }));
    const to = toInstant(Date.now() - HOUR_MS);
    const trusted = { ...withMember('zhengheng', { from, to, keys: keys('zhengheng') }), witnesses: 1 };
    const note = (witness: Witness) => noteBy([witness], Date.now() - agoMs);
    expect(await refusalOf(await anchored(await note(['zhengheng', keyOf('zhengheng')])), { trusted })).toBe(
      'key_interval',
    );
    expect(await refusalOf(await cosigned(['qichuan', keyOf('qichuan')]), { trusted })).toBe('proven');
  });

  it('are refused when one does not hold', async () => {
    const { checkpoint } = await cosigned(['qichuan', keyOf('qichuan')]);
    const [last = ''] = checkpoint.split('\n').slice(-2);
    const broken = `${last.slice(0, -6)}${last.at(-6) === 'A' ? 'B' : 'A'}${last.slice(-5)}`;
    expect(parseNote(checkpoint.replace(last, broken)).signatures).toHaveLength(2);
    const file = { ...bundle, checkpoint: checkpoint.replace(last, broken) };
    expect(await refusalOf(file, { trusted: asking(1) })).toBe('checkpoint_cosignatures');
  });
});

describe('an anchor', () => {
  it('of another head, member or command does not stand for this one', async () => {
    const later = await network.proves(await network.decides(), {
      kind: 'gate-decision',
      gate: network.gate.key.gate ?? '',
      seq: 2,
    });
    expect(await refusalOf({ ...bundle, ledger: later.ledger })).toBe('anchor_matches');
    const { txId } = await network.ledger.submit(signedBy(port, 'site:register', { site: 'no-anchor' }));
    expect(await refusalOf({ ...bundle, ledger: toJson(await network.ledger.attest(txId)) })).toBe('anchor_matches');
  });
});

describe('a gate’s record', () => {
  const textOf = () => new TextDecoder().decode(fromBase64Url(bundle.record.split('.')[1] ?? ''));
  const place = () => ({ kind: 'gate-decision', gate: network.gate.key.gate ?? '', seq: 1 }) as const;

  it.each<[string, (text: string) => string]>([
    ['a name twice', (text) => text.replace('"v":1', '"v":1,"v":1')],
    ['spaces', (text) => ` ${text}`],
  ])('is refused with %s, which two readers could take for two things', async (_, change) => {
    const record = jwsOver(network.keys.gate, DECISION_TYPE, change(textOf()));
    expect(await refusalOf(await network.proves(record, place()))).toBe('record_form');
  });

  it('is refused with a part too many', async () => {
    expect(await refusalOf(await network.proves(`${bundle.record}.e30`, place()))).toBe('record_form');
  });

  it('is refused under the key of another gate of the same member', async () => {
    const gate = freshId('gat');
    const { txId } = await network.ledger.submit(
      signedBy(port, 'member:register_key', { key: memberKey('gate', gate).descriptor }),
    );
    expect(txId).toMatch(/^[0-9a-f]{64}$/);
    const record = jwsBy(network.keys.gate, DECISION_TYPE, { ...JSON.parse(textOf()), gate });
    const file = await network.proves(record, { kind: 'gate-decision', gate, seq: 1 });
    expect(await refusalOf(file, { trusted: await network.trust() })).toBe('record_signature');
  });
});

describe('the other kinds of record', () => {
  it('are proven in canonical JSON, and signed packs by their member’s pack key', async () => {
    const own = new TextDecoder().decode(canonicalBytes({ v: 1, kind: 'policy-changed', at: toInstant(Date.now()) }));
    expect(await refusalOf(await network.proves(own, { kind: 'policy-changed' }))).toBe('proven');
    expect(await refusalOf(await network.proves(`${own} `, { kind: 'policy-changed' }))).toBe('record_form');
    expect(await refusalOf(await network.proves('[]', { kind: 'policy-changed' }))).toBe('record_form');
    expect(await refusalOf(await network.proves(network.pack, { kind: 'pack-made' }))).toBe('proven');
    expect(await refusalOf(await network.proves(network.pack, { kind: 'gate-decision' }))).toBe('record_form');
  });

  it('are proven for a supervisor’s answer and an emergency, which nothing can be computed from', async () => {
    const gate = network.gate.key.gate ?? '';
    const { logged } = await network.gate.emergency({ direction: 'out', persons: 3 });
    const file = await network.proves(logged?.record ?? '', { kind: 'gate-decision', gate, seq: logged?.seq ?? 0 });
    const verdict = await verifyBundle(canonicalBytes(file), trust, { now: new Date() });
    expect(verdict).toMatchObject({
      verdict: 'proven',
      subject: { decision: { record: 'emergency', outcome: 'allow' } },
    });
    expect(verdict.checks.map(({ name }) => name)).not.toContain('decision_recomputed');
  });
});
