import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import { LANGUAGES } from '@anlian/contracts';
import { SLIPS } from '@anlian/sdk/slips';
import { readOptions } from '../options.ts';
import { oneOf, portIn, WrongUse } from '../wrongUse.ts';
import type { Call } from './call.ts';
import { DEFAULT_FABRIC_PORT, DEFAULT_PROFILE, LAST_FIRST_PORT } from './home.ts';
import { PROFILES } from './plan.ts';
import { CUTTINGS, type Cutting, DEFAULT_CUTTING } from './settings/channel.ts';
import { WORDS, type Word } from './words.ts';

const CUTTING_NAMES = Object.keys(CUTTINGS) as [Cutting, ...Cutting[]];

export const USAGE = `npm run fabric:up      [-- --home DIR] [--port FIRST] [--profile ${PROFILES.join('|')}] [--cutting ${CUTTING_NAMES.join('|')}]
npm run fabric:down    [-- --home DIR]
npm run fabric:status  [-- --home DIR]
npm run fabric:logs    [-- NAME] [--follow] [--home DIR]
npm run fabric:member  -- add|remove MEMBER [--home DIR]
npm run fabric:reset   -- --yes [--home DIR]

  --home DIR         where everything is kept (default ANLIAN_HOME/fabric, or .anlian/fabric)
  --port FIRST       first of the ports in a row (default ${DEFAULT_FABRIC_PORT}; later starts keep it)
  --profile PROFILE  who orders: one governor, three by Raft, four by BFT (default ${DEFAULT_PROFILE}; later starts keep it)
  --cutting CUTTING  when blocks are cut: soon, or full (default ${DEFAULT_CUTTING}; later starts keep it)
  NAME               a process, as hengyuan/peer, or all of a member or kind: hengyuan, orderer
  MEMBER             an organisation with a peer and a chaincode process of its own, as tongzhou
  --follow           go on with what is written later, until Ctrl-C
  --yes              remove the network's keys, blocks and logs
  --lang zh|en       taken by every command; what is printed is in both languages
`;

/** How many names may follow a word. */
const NAMES_AFTER: Readonly<Partial<Record<Word, number>>> = { logs: 1, member: 2 };

const WORD_NAMES = Object.keys(WORDS) as Word[];
const OPTIONS = {
  home: { type: 'string' },
  port: { type: 'string' },
  profile: { type: 'string' },
  cutting: { type: 'string' },
  follow: { type: 'boolean', short: 'f' },
  yes: { type: 'boolean' },
  help: { type: 'boolean' },
  lang: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig;

/** @throws {WrongUse} */
const read = (args: readonly string[]) => {
  const { options, words } = readOptions(args, OPTIONS);
  const text = (name: keyof typeof OPTIONS): string | undefined => {
    const value = options.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const choice = <T extends string>(name: keyof typeof OPTIONS, of: readonly T[]): T | undefined => {
    const value = text(name);
    return value === undefined ? undefined : oneOf(value, of, `--${name} `);
  };
  const [port, profile, cutting] = [text('port'), choice('profile', PROFILES), choice('cutting', CUTTING_NAMES)];
  // Every text is in both languages: what is asked for is among them.
  choice('lang', LANGUAGES);
  return {
    words,
    home: text('home'),
    profile,
    cutting,
    firstPort: port === undefined ? undefined : portIn(port, '--port', LAST_FIRST_PORT),
    follow: options.has('follow'),
    yes: options.has('yes'),
    help: options.has('help'),
  };
};

/** `npm run fabric:…`: one word and its options. Returns the exit code. @throws {AnlianError | WrongUse} for the person who typed it */
export const command = async (args = process.argv.slice(2), environment = process.env): Promise<number> => {
  const { words, home, help, ...asked } = read(args);
  const [typed, name, member] = words;
  if (help || typed === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  const word = oneOf(typed, WORD_NAMES, 'fabric:');
  const surplus = words[1 + (NAMES_AFTER[word] ?? 0)];
  if (surplus !== undefined) throw new WrongUse(SLIPS.tooMany(surplus));
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  const call: Call = {
    ...asked,
    homeDir: home ?? join(environment.ANLIAN_HOME || '.anlian', 'fabric'),
    name,
    member,
    binDir: environment.ANLIAN_FABRIC_BIN,
    searchPath: environment.PATH ?? '',
    cacheDir: join(homedir(), '.cache', 'anlian'),
    clock: Date.now,
    output: process.stdout,
    signal: stopping.signal,
  };
  return WORDS[word](call);
};
