import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Desk, openDesk } from './desk.fixture.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
beforeEach(() => desk.clear());
afterAll(() => desk.close());

describe('the command', () => {
  it('speaks the language of the locale, or the one asked for', async () => {
    expect((await desk.anlian('pass', 'present')).err).toMatch(/未找到/);
    expect((await desk.anlian('pass', 'present', '--lang', 'en')).err).toMatch(/Not found/);
  });

  it('lists its verbs, when asked or when nothing is asked', async () => {
    for (const args of [[], ['--help'], ['-h'], ['help'], ['--lang', 'en'], ['--json']]) {
      const { exit, out } = await desk.anlian(...args);
      expect([args, exit]).toEqual([args, 0]);
      expect(out).toContain('anlian gate decide');
    }
  });

  it.each<[string[], string[], string[]]>([
    [
      ['gate', '--help'],
      ['anlian gate init', 'anlian gate status'],
      ['anlian code', 'anlian verify', 'anlian as'],
    ],
    [
      ['help', 'pass'],
      ['anlian pass enrol', 'anlian pass present'],
      ['anlian gate', 'anlian code'],
    ],
    [['gate', 'sync', '--help'], ['anlian gate sync'], ['anlian gate decide', 'anlian as']],
    [['help', 'gate', 'sync'], ['anlian gate sync'], ['anlian gate decide', 'anlian as']],
    [['verify', '-h'], ['anlian verify BUNDLE'], ['anlian code verify']],
    [['--lang', 'en', 'doctor', '--help'], ['anlian doctor', 'Examines nodes'], ['anlian gate']],
    [['help', 'getScore'], ['GET /api/v1/companies/{company}/score'], ['anlian gate']],
  ])('%j explains that and nothing else', async (args, there, absent) => {
    const { exit, out, err } = await desk.anlian(...args);
    expect([exit, err]).toEqual([0, '']);
    expect(there.filter((text) => !out.includes(text))).toEqual([]);
    expect(absent.filter((text) => out.includes(text))).toEqual([]);
  });

  it.each([
    [['gate', 'snyc'], 'anlian gate snyc is no command; did you mean anlian gate sync?'],
    [['gaet', 'sync'], 'anlian gaet is no command; did you mean anlian gate sync?'],
    [['verfy', 'proof.json'], 'anlian verfy is no command; did you mean anlian verify?'],
    [['doctr', '--json'], 'anlian doctr is no command; did you mean anlian doctor?'],
    [['getScore', '--company', 'x'], 'did you mean anlian as PERSON@MEMBER getScore?'],
    [['help', 'getScroe'], 'did you mean anlian as PERSON@MEMBER getScore?'],
    [['constructor'], 'anlian constructor is no command'],
    [['gate', 'toString'], 'anlian gate toString is no command'],
    [
      ['gate', 'decide', '1', '--in', '--class', 'hot_wrok'],
      '--class hot_wrok is not known; did you mean --class hot_work?',
    ],
    [['gate', 'decide', '1', '--in', '--gaet', 'x'], '--gaet is not known; did you mean --gate?'],
    [['verify', ''], 'BUNDLE is empty: probably a shell variable that is not set'],
    [['verify', 'absent.json'], 'absent.json cannot be read'],
    [
      ['verify', 'trust.json'],
      '.anlian/trust.json: name one with --trust; npm start writes that of a local consortium',
    ],
    [['verify', 'trust.json', '--trust', 'trust.json', '--genesis', 'x'], '--genesis must be 64 hexadecimal digits'],
    [['gate', 'decide', '1'], 'say --in or --out'],
    [['gate', 'sync', '--gate', 'east'], 'no gate is set up in '],
  ])('says what is wrong with %j', async (args, told) => {
    const { exit, out, err } = await desk.anlian(...args, '--lang', 'en');
    expect([exit, out]).toEqual([2, '']);
    expect(err.split('\n')[0]).toContain(told);
    expect(err.split('\n').length).toBeLessThanOrEqual(3);
  });

  it('names a file that it cannot write', async () => {
    const { exit, err } = await desk.anlian('code', 'print', await desk.code(), '--png', 'no/such.png', '--lang', 'en');
    expect([exit, err.split('\n')[0]]).toEqual([2, 'the file no/such.png cannot be written']);
  });

  it('says what is to be chosen from a group of verbs', async () => {
    const { exit, out, err } = await desk.anlian('gate');
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('anlian gate sync');
    expect(err).not.toContain('anlian code');
  });

  it('runs as a program of its own', () => {
    const bin = fileURLToPath(new URL('../../bin/anlian.ts', import.meta.url));
    const env = { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '' };
    expect(execFileSync(process.execPath, [bin, '--help'], { env, encoding: 'utf8' })).toContain('anlian code verify');
    expect(readFileSync(bin, 'utf8').startsWith('#!/usr/bin/env node')).toBe(true);
  });
});
