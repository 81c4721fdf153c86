import { COMMON } from './parseCall.ts';
import type { Verb } from './verb.ts';

/** An option and, unless it is a flag, the name of its value. */
const OPTION = /--([a-z][a-z-]*)(?: ([^\s[\]|-][^\s\]]*))?/g;
/** A positional argument before the first option: `FILE`, `[FILE]`, `FILE…`. */
const POSITIONAL = /^\[?([A-Z][A-Z_]*)(…?)\]?$/;
/** What `…` stands for at most. */
const MANY = 100;

/** The options and arguments that a usage line shows: what a person is told is what is taken. */
export const calledAs = (usage: string): Pick<Verb, 'usage' | 'options' | 'positionals'> => {
  const options = [...usage.matchAll(OPTION)]
    .filter(([, name = '']) => !Object.hasOwn(COMMON, name))
    .map(([, name = '', value]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const);
  const words = usage.slice(0, usage.search(/\[?--|$/)).split(' ');
  const places = words.flatMap((word) => {
    const [, name, more] = POSITIONAL.exec(word) ?? [];
    return name === undefined ? [] : [{ name, isOptional: word.startsWith('['), most: more ? MANY : 1 }];
  });
  return {
    usage,
    options: Object.fromEntries(options),
    positionals: {
      names: places.map(({ name }) => name),
      min: places.filter(({ isOptional }) => !isOptional).length,
      max: places.reduce((sum, { most }) => sum + most, 0),
    },
  };
};
