import { AnlianError, type ErrorCode } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { guideOf } from './help.ts';
import { processContext } from './processContext.ts';
import { reportFailure } from './report.ts';
import type { CliContext, Verb } from './verb.ts';

const verb: Verb = {
  usage: 'read FILE',
  summary: { zh: '读', en: 'Reads' },
  options: {},
  positionals: { names: ['FILE'], min: 1, max: 1 },
  run: () => Promise.resolve(0),
};
const traceId = '1b4e28ba-2fa1-41d2-883f-0016d3cca427';

const told = (code: ErrorCode, isJson: boolean) => {
  const [out, err]: [string[], string[]] = [[], []];
  const context: CliContext = { ...processContext(), out: (line) => out.push(line), err: (line) => err.push(line) };
  const error = new AnlianError(code, { traceId });
  const exit = reportFailure(error, { verb, guide: guideOf(verb, []), context, language: 'en', isJson });
  return { exit, out, err };
};

describe('a fault of a node', () => {
  it('is told with what the administrator looks for in the node’s log', () => {
    const { exit, err } = told('internal_error', false);
    expect(exit).toBe(1);
    expect(err.slice(-2)).toEqual(['    Give the traceId to the administrator', `    traceId: ${traceId}`]);
  });

  it('is told to a program with it, as every refusal is', () => {
    for (const code of ['internal_error', 'not_found'] as const)
      expect(JSON.parse(told(code, true).out.join())).toMatchObject({ error: code, traceId });
  });

  it('has it where something is wrong with the node, not where the caller can put it right', () => {
    expect(told('not_found', false).err.join('\n')).not.toContain(traceId);
  });
});
