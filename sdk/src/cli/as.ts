import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  AnlianError,
  DEVELOPMENT_LABEL,
  formatId,
  OPERATION_TEXTS,
  OPERATIONS,
  type Operation,
} from '@anlian/contracts';
import type { NodeClient } from '../client/index.ts';
import { askUntil, parseUntil } from './asAgain.ts';
import { allFlagNames, flagsOf, inputOf } from './asFlags.ts';
import { clientOf, parsePerson } from './asPerson.ts';
import { fieldOf, linesOf } from './asPrint.ts';
import { type Call, EXIT, UsageError, type Verb } from './verb.ts';

type OperationName = keyof typeof OPERATIONS;
type AnyOperation = (input: object) => Promise<unknown>;

const OPERATION_NAMES = Object.keys(OPERATIONS) as OperationName[];
const FLAG_NAMES = allFlagNames();

/** Options of the verb itself; no operation has a field of these names. */
const OWN_OPTIONS = {
  list: { type: 'boolean' },
  body: { type: 'string' },
  key: { type: 'string' },
  'if-match': { type: 'string' },
  wait: { type: 'boolean' },
  until: { type: 'string' },
  print: { type: 'string' },
  save: { type: 'string' },
} as const;

const operationOf = (name: string): OperationName => {
  const found = OPERATION_NAMES.find((candidate) => candidate === name);
  if (found === undefined) throw new UsageError(`OPERATION: ${OPERATION_NAMES.join(' | ')}`);
  return found;
};

const usageOf = (name: OperationName): string =>
  flagsOf(OPERATIONS[name])
    .map((flag) => (flag.isRequired ? `--${flag.name}` : `[--${flag.name}]`))
    .join(' ');

const list = ({ context, language, positionals }: Call): number => {
  const names = positionals.length === 0 ? OPERATION_NAMES : positionals.map(operationOf);
  for (const name of names) {
    context.out(`${name}: ${OPERATION_TEXTS[name][language]}`);
    if (usageOf(name) !== '') context.out(`    ${usageOf(name)}`);
  }
  return EXIT.ok;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON object of `--body`, or of the file that `@FILE` names. */
const bodyOf = ({ context, option }: Call): Readonly<Record<string, unknown>> | undefined => {
  const given = option('body');
  if (given === undefined) return undefined;
  try {
    const text = given.startsWith('@') ? readFileSync(resolve(context.cwd, given.slice(1)), 'utf8') : given;
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new AnlianError('invalid_input', {
      field: '--body',
      detail: cause instanceof Error ? cause.message : '',
      cause,
    });
  }
  throw new UsageError('--body JSON_OBJECT|@FILE');
};

/** What was typed, as the operation's input; a slip is told with what this operation takes. */
const inputFor = (call: Call, name: OperationName): object => {
  try {
    return inputFrom(call, OPERATIONS[name]);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message}\n${name} ${usageOf(name)}`);
  }
};

const inputFrom = (call: Call, operation: Operation): object => {
  const given = new Map(
    FLAG_NAMES.flatMap((name) => {
      const value = call.option(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const { params, query, body } = inputOf(operation, given, bodyOf(call), call.context.clock());
  const version = call.option('if-match');
  return {
    params,
    query,
    ...(body === undefined ? {} : { body }),
    // A bare version number is told as the ETag that it is.
    ...(version === undefined ? {} : { ifMatch: /^\d+$/.test(version) ? `"${version}"` : version }),
  };
};

/** The bytes of the last answer, as the node sent them: a proof file is these, not a new serialisation. */
const remembering = (fetch: typeof globalThis.fetch) => {
  let last = new Uint8Array();
  const remember: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    last = new Uint8Array(await response.clone().arrayBuffer());
    return response;
  };
  return { fetch: remember, lastBytes: () => last };
};

const tell = (call: Call, answer: unknown, bytes: Uint8Array): void => {
  const { context, option, isJson, language } = call;
  const [file, field] = [option('save'), option('print')];
  if (file !== undefined) writeFileSync(resolve(context.cwd, file), bytes);
  if (isJson)
    context.out(field === undefined ? new TextDecoder().decode(bytes) : JSON.stringify(fieldOf(answer, field)));
  else if (file !== undefined && field === undefined) context.out(file);
  else for (const line of linesOf(field === undefined ? answer : fieldOf(answer, field), language)) context.out(line);
};

const run = async (call: Call): Promise<number> => {
  const { context, language, positionals, option, flag } = call;
  if (flag('list')) return list(call);
  const [who, what] = positionals;
  if (who === undefined || what === undefined) throw new UsageError('PERSON@MEMBER[/TENANT] OPERATION');
  const name = operationOf(what);
  const until = option('until');
  if (until !== undefined && OPERATIONS[name].method !== 'GET') throw new UsageError('--until: GET');

  const { fetch, lastBytes } = remembering(context.fetch);
  // One key for all attempts of this call: whatever arrives twice is done once.
  const key = option('key') ?? formatId('cmd', context.random(16));
  const client = clientOf(context, parsePerson(who), { fetch, newIdempotencyKey: () => key, language });
  const input = inputFor(call, name);
  context.err(DEVELOPMENT_LABEL[language]);

  const ask = () => (client[name as keyof NodeClient] as AnyOperation)(input);
  const again = until !== undefined ? parseUntil(until) : () => true;
  const isPatient = until !== undefined || flag('wait');
  const { answer, isGood } = isPatient
    ? await askUntil(ask, again, context.monotonic)
    : { answer: await ask(), isGood: true };
  tell(call, answer, lastBytes());
  return isGood ? EXIT.ok : EXIT.refused;
};

export const as: Verb = {
  usage:
    'as PERSON@MEMBER[/TENANT] OPERATION [--FIELD VALUE ...] [--body JSON|@FILE] [--if-match VERSION] [--key KEY] [--wait] [--until FIELD=VALUE] [--print FIELD] [--save FILE] [--json] | as --list [OPERATION]',
  summary: {
    zh: '以本机联盟中某人的身份调用节点接口（开发登录，不可用于生产）',
    en: 'Calls a node of the local consortium as one of its people (development sign-in, not for production)',
  },
  options: { ...Object.fromEntries(FLAG_NAMES.map((name) => [name, { type: 'string' as const }])), ...OWN_OPTIONS },
  positionals: { min: 0, max: 2 },
  run,
};
