import type { Language, Text } from '@anlian/contracts';
import type { Guide, Verb } from './verb.ts';

/** What holds for every verb. */
export const COMMON_NOTE: Text = {
  zh: '各命令都可加 --lang zh|en（语言）、--json（供程序读取）、--help',
  en: 'Every command takes --lang zh|en, --json (for programs) and --help',
};

/** A verb's usage and what it does. */
export const shortLines = ({ usage, summary }: Verb, language: Language): string[] => [
  `anlian ${usage}`,
  `    ${summary[language]}`,
];

const helpLines = (verb: Verb, language: Language): string[] => [
  ...shortLines(verb, language),
  ...(verb.notes ?? []).map((note) => `    ${note[language]}`),
  '',
  COMMON_NOTE[language],
];

/** What to tell about a call: of this call in particular where the verb can, else of the verb. */
export const guideOf = (verb: Verb, positionals: readonly string[]): Guide =>
  verb.guide?.(positionals) ?? {
    usage: verb.usage,
    options: Object.keys(verb.options),
    help: (language) => helpLines(verb, language),
  };
