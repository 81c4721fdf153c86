import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GovernorAnswer, judgeAgreement } from './agreement.ts';
import { encodeReadWriteSet, type ReadWriteSet, type Version } from './codec/readWriteSet.ts';
import { encodeResponsePayload } from './codec/response.ts';

const at = (block: number): Version => ({ block, tx: 0 });

interface Claim {
  readonly value?: string;
  readonly version?: Version | 'none';
  readonly key?: string;
  readonly event?: string;
  readonly result?: string;
  readonly ranges?: ReadWriteSet['ranges'];
}

const endorsed = ({
  value = '1',
  version = at(7),
  key = 'site/a',
  event = 'e',
  result = 'ok',
  ranges = [],
}: Claim = {}) => ({
  endorsed: encodeResponsePayload(new Uint8Array(32), 'tx', {
    chaincode: 'anlian',
    status: 200,
    payload: Buffer.from(result),
    readWriteSet: encodeReadWriteSet({
      namespace: 'anlian',
      reads: [{ key, version: version === 'none' ? undefined : version }],
      ranges,
      writes: [{ key: 'site/a', value: Buffer.from(value) }],
    }),
    event: { name: 'events', payload: Buffer.from(event) },
  }),
});
const refused = { refused: 'already_exists', field: '/args/site' } as const;

const MEMBERS = ['hengyuanMSP', 'qichuanMSP', 'zhenghengMSP', 'fourthMSP'];
type Given = GovernorAnswer['answer'] | readonly [answer: GovernorAnswer['answer'], height: number];
const judge = (...given: readonly Given[]) =>
  judgeAgreement(
    given.map((one, index) => {
      const [answer, height] = Array.isArray(one) ? one : [one, undefined];
      return { mspId: MEMBERS[index] ?? '', answer, height };
    }),
  );
const named = (...members: string[]) => ({ verdict: 'deviates', members });

describe('the governors’ agreement', () => {
  it('stands where only the versions of what was read differ', () => {
    expect(judge(endorsed(), endorsed({ version: at(8) }), endorsed())).toEqual({ verdict: 'agreed' });
  });

  it.each<[string, Claim]>([
    ['another value', { value: '2' }],
    ['another event', { event: 'f' }],
    ['another result', { result: 'no' }],
    ['another key read', { key: 'site/b' }],
    ['another range read', { ranges: [{ start: 'a', end: 'b', reads: [] }] }],
  ])('names the one of three that endorses %s on the same state', (_, claim) => {
    expect(judge(endorsed(), endorsed(claim), endorsed())).toEqual(named('qichuanMSP'));
    expect(judge(endorsed(claim), endorsed(), endorsed())).toEqual(named('hengyuanMSP'));
  });

  it('does not accuse a governor that read another version', () => {
    expect(judge(endorsed(), endorsed({ version: at(6), value: '2' }), endorsed())).toEqual({ verdict: 'unsettled' });
    const held = (version: Version) => [{ start: 'a', end: 'b', reads: [{ key: 'aa', version }] }];
    const behind = endorsed({ value: '2', ranges: held(at(1)) });
    expect(judge(endorsed({ ranges: held(at(2)) }), behind, endorsed({ ranges: held(at(2)) }))).toEqual({
      verdict: 'unsettled',
    });
  });

  it('accuses where a key had no value for one governor only when it had none for the others', () => {
    expect(judge(endorsed(), endorsed({ version: 'none', value: '2' }), endorsed()).verdict).toBe('unsettled');
    const empty = { version: 'none' } as const;
    expect(judge(endorsed(empty), endorsed({ ...empty, value: '2' }), endorsed(empty))).toEqual(named('qichuanMSP'));
  });

  it('accuses one that refuses only at the height of those that endorse', () => {
    expect(judge([endorsed(), 9], [refused, 9], [endorsed(), 9])).toEqual(named('qichuanMSP'));
    expect(judge([refused, 9], [refused, 9], [endorsed(), 9])).toEqual(named('zhenghengMSP'));
    expect(judge([endorsed(), 9], [refused, 8], [endorsed(), 9])).toEqual({ verdict: 'unsettled' });
    expect(judge(endorsed(), refused, endorsed())).toEqual({ verdict: 'unsettled' });
  });

  it('accuses nobody over a range that a peer summarised, unless heights are the same', () => {
    const long = { ranges: [{ start: 'a', end: 'b', reads: undefined }] };
    const other = endorsed({ ...long, value: '2' });
    expect(judge(endorsed(long), other, endorsed(long))).toEqual({ verdict: 'unsettled' });
    expect(judge([endorsed(long), 9], [other, 9], [endorsed(long), 9])).toEqual(named('qichuanMSP'));
  });

  it.each<[string, Given[]]>([
    ['two governors', [endorsed(), endorsed({ value: '2' })]],
    ['two against two', [endorsed(), endorsed(), endorsed({ value: '2' }), endorsed({ value: '2' })]],
    ['three opinions', [endorsed(), endorsed({ value: '2' }), endorsed({ value: '3' })]],
    ['one against one where a third is silent', [endorsed(), endorsed({ value: '2' }), undefined]],
    ['two against one where a fourth is silent', [endorsed(), endorsed({ value: '2' }), endorsed(), undefined]],
  ])('is undetermined with %s', (_, given) => {
    expect(judge(...given)).toEqual({ verdict: 'undetermined' });
  });

  it('never names a member of a strict majority that says the same', () => {
    const claim = fc.record({ value: fc.constantFrom('1', '2'), version: fc.constantFrom(at(1), at(2)) });
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1, maxLength: 4 }), (claims) => {
        const verdict = judge(...claims.map((one) => endorsed(one)));
        if (verdict.verdict !== 'deviates') return;
        const accused = claims.filter((_, index) => verdict.members.includes(MEMBERS[index] ?? ''));
        expect(accused.length).toBeLessThan(claims.length / 2);
        expect(new Set(accused.map(({ value }) => value)).size).toBe(1);
      }),
    );
  });
});
