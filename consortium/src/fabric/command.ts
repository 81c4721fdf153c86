import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AnlianError } from '@anlian/contracts';
import type { Call } from './call.ts';
import { DEFAULT_FABRIC_PORT, DEFAULT_PROFILE, LAST_FIRST_PORT } from './home.ts';
import { PROFILES, type Profile } from './plan.ts';
import { CUTTINGS, type Cutting, DEFAULT_CUTTING } from './settings/channel.ts';
import { WORDS, type Word } from './words.ts';

const CUTTING_NAMES = Object.keys(CUTTINGS) as [Cutting, ...Cutting[]];

const USAGE = `npm run fabric:up      [-- --home DIR] [--port FIRST] [--profile ${PROFILES.join('|')}] [--cutting ${CUTTING_NAMES.join('|')}]
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
`;

/** How many names may follow a word. */
const NAMES_AFTER: Readonly<Partial<Record<Word, number>>> = { logs: 1, member: 2 };

const isWord = (text: string | undefined): text is Word => text !== undefined && Object.hasOwn(WORDS, text);
const isProfile = (text: string): text is Profile => (PROFILES as readonly string[]).includes(text);

const refuse = (field: string, detail: string): never => {
  throw new AnlianError('configuration_invalid', { field, detail });
};

const profileFrom = (text: string | undefined): Profile | undefined =>
  text === undefined || isProfile(text) ? text : refuse('--profile', PROFILES.join(' | '));

const isCutting = (text: string): text is Cutting => Object.hasOwn(CUTTINGS, text);

const cuttingFrom = (text: string | undefined): Cutting | undefined =>
  text === undefined || isCutting(text) ? text : refuse('--cutting', CUTTING_NAMES.join(' | '));

const portFrom = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1024 && port <= LAST_FIRST_PORT ? port : refuse('--port', `1024 – ${LAST_FIRST_PORT}`);
};

const OPTIONS = {
  home: { type: 'string' },
  port: { type: 'string' },
  profile: { type: 'string' },
  cutting: { type: 'string' },
  follow: { type: 'boolean', short: 'f' },
  yes: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const parse = (args: string[]) => {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Node says in its message which option it does not know.
    return refuse('fabric', error instanceof Error ? error.message : '');
  }
};

/** `npm run fabric:…`: one word and its options. Returns the exit code. @throws {AnlianError} for the person who typed it */
export const command = async (args = process.argv.slice(2), environment = process.env): Promise<number> => {
  const { values, positionals } = parse(args);
  const [word, name, member] = positionals;
  if (values.help || word === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (!isWord(word)) return refuse(word, Object.keys(WORDS).join(' | '));
  if (positionals.length > 1 + (NAMES_AFTER[word] ?? 0)) return refuse(word, positionals.slice(1).join(' '));
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  const call: Call = {
    homeDir: values.home ?? join(environment.ANLIAN_HOME || '.anlian', 'fabric'),
    profile: profileFrom(values.profile),
    firstPort: portFrom(values.port),
    cutting: cuttingFrom(values.cutting),
    name,
    member,
    follow: values.follow ?? false,
    yes: values.yes ?? false,
    binDir: environment.ANLIAN_FABRIC_BIN,
    searchPath: environment.PATH ?? '',
    cacheDir: join(homedir(), '.cache', 'anlian'),
    clock: Date.now,
    output: process.stdout,
    signal: stopping.signal,
  };
  return WORDS[word](call);
};
