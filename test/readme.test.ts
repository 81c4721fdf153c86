import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_FIRST_PORT, planConsortium } from '@anlian/consortium/launcher';
import { describe, expect, it } from 'vitest';
import { missingFrom, readme, steps } from './support/readme.ts';
import { settingsTable } from './support/settingsTable.ts';
import { packageOf, ROOMS, ROOT } from './support/sourceTree.ts';

const text = readme();

describe('the README', () => {
  it('lists a node’s settings as the code reads them', () => {
    expect(text).toContain(settingsTable());
  });

  it('names npm scripts that exist', () => {
    const { scripts = {} } = packageOf('.');
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
    for (const name of ['start', 'test']) expect(scripts).toHaveProperty(name);
  });

  it('links to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names every room and says which holds the smart contract', () => {
    for (const room of ROOMS) expect(text).toContain(`| \`${room}/\` |`);
    expect(text.split('\n').slice(0, 40).join('\n')).toContain('`contracts/` holds data contracts');
  });

  it('gives the default ports of a local consortium', () => {
    const { ledgerPort, members } = planConsortium(DEFAULT_FIRST_PORT);
    expect(text).toContain(`| ${ledgerPort} | embedded ledger`);
    for (const { member, port, name } of members)
      expect(text).toContain(`| ${port} | <http://${member}.localhost:${port}> ${name.zh} ${name.en},`);
  });

  it.each([0, 1, 2, 3, 8, 9, 10, 19, 99])('changes one byte of a proof, whatever number it holds: %i', (seq) => {
    const [, program = ''] = /perl -pe '([^']+)'/.exec(text) ?? [];
    const proof = JSON.stringify({ leaf: { gate: 'gat_0', seq } });
    const changed = execFileSync('perl', ['-pe', program], { input: proof, encoding: 'utf8' });
    expect([...changed].filter((byte, at) => byte !== proof[at])).toHaveLength(1);
    expect(JSON.parse(changed).leaf.seq).not.toBe(seq);
  });

  it('names no path of the machine that it was written on', () => {
    expect(text).not.toMatch(/\/(?:home|root|tmp|work|Users)\//);
  });
});

describe('a line that the README says is printed', () => {
  it.each([
    ['the same', 'a\n  score: 79\nb', ['score: 79'], []],
    ['with anything for …', 'exit 3 of 4', ['exit … of …'], []],
    ['in another order', 'b\na', ['a', 'b'], ['b']],
    ['part of a line', 'score: 790', ['score: 79'], ['score: 79']],
    ['with signs of a pattern', 'axb', ['a.b'], ['a.b']],
  ])('is looked for: %s', (_name, output, expected, missing) => {
    expect(missingFrom(output, expected)).toEqual(missing);
  });

  it('belongs to the block before it', () => {
    const walk = steps(
      '## Title\n\n```sh\none\n```\n\n```text\n1\n```\nPress.<!-- quickstart: Ctrl-C -->\n```sh first-terminal\ntwo\n```\n```sh not-here\nthree\n```\n',
    );
    expect(walk).toEqual([
      { do: 'type', terminal: 'second', title: 'Title', commands: 'one\n', prints: ['1'] },
      { do: 'Ctrl-C', title: 'Title Ctrl-C' },
      { do: 'type', terminal: 'first', title: 'Title', commands: 'two\n', prints: [] },
    ]);
  });
});
