import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { commitTo, opens } from './commitment.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));

describe('a commitment', () => {
  const record = { number: 'T-1', authorityName: '应急管理局' };

  it('is HMAC-SHA-256 under its salt over the RFC 8785 bytes of the record', () => {
    const { salt, commitment } = commitTo(record, () => new Uint8Array(32).fill(7));
    expect(salt).toBe('BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc');
    const canonical = '{"authorityName":"应急管理局","number":"T-1"}';
    expect(commitment).toBe(createHmac('sha256', Buffer.alloc(32, 7)).update(canonical, 'utf8').digest('base64url'));
  });

  it('does not link two equal records', () => {
    expect(commitTo(record, random).commitment).not.toBe(commitTo(record, random).commitment);
  });

  it('opens for its record and salt, in any order of members, and for nothing else', () => {
    const { salt, commitment } = commitTo(record, random);
    expect(opens(commitment, { authorityName: record.authorityName, number: record.number }, salt)).toBe(true);
    expect(opens(commitment, { ...record, number: 'T-2' }, salt)).toBe(false);
    expect(opens(commitment, record, commitTo(record, random).salt)).toBe(false);
  });
});
