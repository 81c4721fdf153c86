import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './sourceTree.ts';

export const readme = (): string => readFileSync(join(ROOT, 'README.md'), 'utf8');

/** One thing that the README tells a person to do, in its order. */
export type Step =
  | {
      readonly do: 'type';
      readonly terminal: 'first' | 'second';
      readonly title: string;
      readonly commands: string;
      readonly prints: readonly string[];
    }
  | { readonly do: 'Ctrl-C'; readonly title: string };

/** A shell block (its second word says which terminal), a block of output, or the mark of a Ctrl-C. */
const PART = /^```(sh|text)(?: ([a-z-]+))?\n([\s\S]*?)^```$|<!-- quickstart: (Ctrl-C) -->/gm;
/** Shell blocks that are not part of the walk: what is typed instead of it. */
const ELSEWHERE = 'not-here';

const titleBefore = (text: string, index: number): string =>
  [...text.slice(0, index).matchAll(/^(?:\*\*(.+?)\*\*|#+ (.+)$)/gm)]
    .map(([, bold, heading]) => bold ?? heading ?? '')
    .at(-1) ?? '';

/** The README's commands, each block with the lines that it says are printed. */
export const steps = (text = readme()): Step[] => {
  const found: Step[] = [];
  for (const { 0: whole, 1: kind, 2: word, 3: inside = '', index } of text.matchAll(PART)) {
    const title = titleBefore(text, index);
    const last = found.at(-1);
    if (kind === undefined) found.push({ do: 'Ctrl-C', title: `${title} ${whole.slice(17, 23)}` });
    else if (kind === 'sh' && word !== ELSEWHERE)
      found.push({
        do: 'type',
        terminal: word === 'first-terminal' ? 'first' : 'second',
        title,
        commands: inside,
        prints: [],
      });
    else if (kind === 'text' && last?.do === 'type')
      found.splice(-1, 1, { ...last, prints: inside.trimEnd().split('\n') });
  }
  return found;
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The lines that an output lacks, in the order given; `…` stands for anything on a line. */
export const missingFrom = (output: string, expected: readonly string[]): string[] => {
  const lines = output.split(/\r?\n|\r/);
  let from = 0;
  return expected.filter((line) => {
    const pattern = new RegExp(`^\\s*${line.trim().split('…').map(escaped).join('.*')}\\s*$`, 'u');
    const at = lines.findIndex((candidate, index) => index >= from && pattern.test(candidate));
    if (at !== -1) from = at + 1;
    return at === -1;
  });
};
