import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Desk, openDesk } from '../desk.fixture.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
beforeEach(() => desk.clear());
afterAll(() => desk.close());

describe('anlian pass', () => {
  const invite = () => `${desk.node.url}/pass#${desk.node.token}`;

  it('enrols a phone whose key stays in it, and presents the pass for the moment', async () => {
    const enrolled = await desk.anlian('pass', 'enrol', '--invite', invite(), '--json');
    expect([enrolled.exit, enrolled.err]).toEqual([0, '']);
    const { phone } = JSON.parse(enrolled.out);
    expect(statSync(join(phone, 'phone-key.jwk')).mode & 0o777).toBe(0o600);
    expect(enrolled.out).not.toContain('"d"');

    desk.nowMs += 45_000;
    const presented = await desk.anlian('pass', 'present', '--png', 'pass.png');
    expect([presented.exit, presented.out]).toEqual([0, '']);
    const shown = await desk.anlian('code', 'show', 'pass.png', '--trust', 'trust.json', '--json');
    expect(JSON.parse(shown.out)).toMatchObject({ kind: 'pass', presentedAt: '2026-11-22T00:00:45.000Z' });

    const badge = await desk.anlian('pass', 'present', '--badge');
    expect(
      JSON.parse((await desk.anlian('code', 'show', badge.out, '--trust', 'trust.json', '--json')).out),
    ).not.toHaveProperty('presentedAt');
    expect((await desk.anlian('pass', 'enrol', '--invite', invite())).exit).toBe(0);
    const other = await desk.anlian('pass', 'enrol', '--invite', invite(), '--phone', 'other', '--json');
    expect([other.exit, JSON.parse(other.out).error]).toEqual([1, 'invite_invalid']);
    const told = await desk.anlian('pass', 'enrol', '--invite', invite(), '--phone', 'other');
    expect(told.err).toBe('invite_invalid: 邀请已使用或已过期\n    请班组长重新发出邀请');
    expect((await desk.anlian('pass', 'present', '--phone', 'defualt')).err).toContain(
      '没有这部手机；是不是 default？',
    );
    expect((await desk.anlian('pass', 'present', '--phone', 'nobody')).err).toContain('没有这部手机；有：default');
  });

  it.each(['not a link', 'ftp://a.example/pass#x', 'https://a.example/pass', 'https://a.example/pass#short'])(
    'refuses the invitation %j before anything is sent',
    async (link) => {
      const { exit, out } = await desk.anlian('pass', 'enrol', '--invite', link, '--json');
      expect([exit, JSON.parse(out).error]).toEqual([1, 'invite_invalid']);
      expect(existsSync(join(desk.cwd, '.anlian'))).toBe(false);
    },
  );

  it('of a phone that was not enrolled is not presented', async () => {
    const { exit, err } = await desk.anlian('pass', 'present');
    expect(exit).toBe(1);
    expect(err).toContain('not_found');
    expect(err).toContain('先登记手机：anlian pass enrol');
  });
});
