import type { Text } from '@anlian/contracts';
import { SLIPS } from '@anlian/sdk/slips';

/** What was typed is wrong: exit code 2, with the usage. */
export class WrongUse extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.name = 'WrongUse';
    this.text = text;
  }
}

export const wrongUseText = ({ text }: WrongUse, usage: string): string => `\n${text.zh}\n${text.en}\n\n${usage}`;

/** @param lead what stands before the word where it is typed, as `--ledger ` @throws {WrongUse} for a word that is none of them */
export const oneOf = <T extends string>(typed: string, words: readonly T[], lead: string): T => {
  const found = words.find((word) => word === typed);
  if (found === undefined) throw new WrongUse(SLIPS.unknown(typed, words, lead));
  return found;
};

/** @throws {WrongUse} for what is no port, or one beyond the last that leaves room for those in a row */
export const portIn = (typed: string, name: string, last: number): number => {
  const port = /^\d{1,5}$/.test(typed) ? Number(typed) : 0;
  if (port >= 1024 && port <= last) return port;
  const form = { zh: ` 1024 至 ${last} 的端口号`, en: `a port from 1024 to ${last}` };
  throw new WrongUse(SLIPS.malformed(`${name} ${typed}`, form));
};
