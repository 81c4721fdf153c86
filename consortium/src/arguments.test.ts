import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { WrongUse } from './wrongUse.ts';

describe('what follows npm start --', () => {
  it.each([
    [[], { help: false }],
    [['--port', '7621', '--home=x'], { help: false, port: '7621', home: 'x' }],
    [['--help'], { help: true }],
  ])('%j', (args, parsed) => {
    expect(parseArguments(args)).toEqual(parsed);
  });

  it.each([
    [['--prot', '7621'], '没有 --prot；是不是 --port？', '--prot is not known; did you mean --port?'],
    [
      ['--toString'],
      '没有 --toString；可用：--home、--port、--ledger、--help',
      '--toString is not known; there are --home, --port, --ledger, --help',
    ],
    [['--port', '--home', 'x'], '--port 后面没有内容', '--port has no value'],
    [['--home='], '--home 的内容为空', '--home is empty'],
    [['--help=x'], '--help 后面不写内容', '--help takes no value'],
    [['7621'], '多出一项 7621', '7621 is one argument too many'],
  ])('%j is a slip that is told in both languages', (args, zh, en) => {
    const slip = (() => {
      try {
        return parseArguments(args);
      } catch (error) {
        return error;
      }
    })();
    expect(slip).toBeInstanceOf(WrongUse);
    expect(slip).toMatchObject({ text: { zh: expect.stringContaining(zh), en: expect.stringContaining(en) } });
  });
});
