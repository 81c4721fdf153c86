import { describe, expect, it } from 'vitest';
import { calledAs } from './usage.ts';
import { verbsUnder } from './verbs.ts';

const text = { type: 'string' };
const flag = { type: 'boolean' };

describe('what a usage line shows is what is taken', () => {
  it.each([
    ['gate sync', {}, [], 0, 0],
    ['verify BUNDLE [--trust TRUST] [--fast] [--json]', { trust: text, fast: flag }, ['BUNDLE'], 1, 1],
    [
      'gate decide TEXT_OR_PNG --in|--out [--class hot_work|general]',
      { in: flag, out: flag, class: text },
      ['TEXT_OR_PNG'],
      1,
      1,
    ],
    ['read FILE [COPY] --if-match V', { 'if-match': text }, ['FILE', 'COPY'], 1, 2],
    ['doctor [NODE_URL…] [--json]', {}, ['NODE_URL'], 0, 100],
    ['init [--id gat_… --site SITE [--node URL [--now]]]', { id: text, site: text, node: text, now: flag }, [], 0, 0],
  ])('%s', (usage, options, names, min, max) => {
    expect(calledAs(usage)).toEqual({ usage, options, positionals: { names, min, max } });
  });

  it('of every verb, whichever way it says so', async () => {
    const verbs = await Promise.all(verbsUnder('').map((load) => load()));
    const differing = verbs
      .filter(({ usage }) => !usage.startsWith('as ')) // Its options are those of the operation that is called.
      .filter(({ usage, options, positionals: { names, min } }) => {
        const shown = calledAs(usage);
        return (
          Object.entries(shown.options).some(([name, { type }]) => options[name]?.type !== type) ||
          `${shown.positionals.min} of ${shown.positionals.names}` !== `${min} of ${names}`
        );
      });
    expect(differing.map(({ usage }) => usage)).toEqual([]);
  });
});
