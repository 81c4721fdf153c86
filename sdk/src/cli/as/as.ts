import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  AnlianError,
  DEVELOPMENT_LABEL,
  formatId,
  OPERATION_TEXTS,
  OPERATIONS,
  type Operation,
  type Text,
} from '@anlian/contracts';
import type { NodeClient } from '../../client/index.ts';
import { writeNamed } from '../home.ts';
import { SLIPS } from '../slips.ts';
import { type Call, EXIT, UsageError, type Verb } from '../verb.ts';
import { askUntil, notYetSo, parseUntil } from './again.ts';
import { inOptions } from './faults.ts';
import { allFlagNames } from './flags.ts';
import { flagsLine, OPERATION_NAMES, operationGuide, operationLines, operationOf } from './help.ts';
import { inputOf, type OperationInput } from './input.ts';
import { clientOf, parsePerson } from './person.ts';
import { at, fieldOf, linesOf } from './print.ts';
import { withOffices } from './roles.ts';
import { withSites } from './sites.ts';
import { withState } from './states.ts';
import { AS_NOTES, AS_REMEDIES } from './texts.ts';

type AnyOperation = (input: object) => Promise<unknown>;

const FLAG_NAMES = allFlagNames();
const ONLY_READING: Text = {
  zh: '--until 只用于读取（GET），不用于写入',
  en: '--until is for operations that read (GET)',
};

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

const list = ({ context, language, positionals }: Call): number => {
  for (const name of positionals.map(operationOf))
    for (const line of operationLines(name, 'PERSON@MEMBER', language)) context.out(line);
  if (positionals.length > 0) return EXIT.ok;
  for (const name of OPERATION_NAMES) {
    context.out(`${name}: ${OPERATION_TEXTS[name][language]}`);
    if (flagsLine(name) !== '') context.out(`    ${flagsLine(name)}`);
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
  throw new UsageError(SLIPS.malformed('--body', { zh: ' JSON 对象，或 @文件名', en: 'a JSON object, or @FILE' }));
};

const inputFor = (call: Call, operation: Operation): OperationInput => {
  const given = new Map(
    FLAG_NAMES.flatMap((name) => {
      const value = call.option(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return inputOf(operation, given, bodyOf(call), call.context.clock());
};

/** A bare version number is told as the ETag that it is. */
const ifMatchOf = ({ option }: Call): { readonly ifMatch?: string } => {
  const version = option('if-match');
  if (version === undefined) return {};
  return { ifMatch: /^\d+$/.test(version) ? `"${version}"` : version };
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

const tell = (call: Call, { method }: Operation, answer: unknown, bytes: Uint8Array): void => {
  const { context, option, isJson, language } = call;
  const [file, field] = [option('save'), option('print')];
  if (file !== undefined) writeNamed(context, file, bytes);
  // What was done is not lost for a slip in the name of the field.
  if (method !== 'GET' && field !== undefined && at(answer, field) === undefined)
    for (const line of linesOf(answer, language)) context.err(line);
  if (isJson)
    context.out(field === undefined ? new TextDecoder().decode(bytes) : JSON.stringify(fieldOf(answer, field)));
  else if (file !== undefined && field === undefined) context.out(file);
  else for (const line of linesOf(field === undefined ? answer : fieldOf(answer, field), language)) context.out(line);
};

/** Asks once, or again for as long as the call says. */
const ask = async (call: Call, once: () => Promise<unknown>) => {
  const until = call.option('until');
  const isGood = until === undefined ? () => true : parseUntil(until);
  if (until === undefined && !call.flag('wait')) return { answer: await once(), isGood: true };
  return askUntil(once, isGood, call.context.monotonic);
};

const run = async (call: Call): Promise<number> => {
  const { context, language, positionals, option, flag, isJson } = call;
  if (flag('list')) return list(call);
  const [who, what] = positionals;
  if (who === undefined || what === undefined)
    throw new UsageError(SLIPS.missing(who === undefined ? 'PERSON@MEMBER' : 'OPERATION'));
  const person = parsePerson(who);
  const name = operationOf(what);
  const operation: Operation = OPERATIONS[name];
  const until = option('until');
  if (until !== undefined && operation.method !== 'GET') throw new UsageError(ONLY_READING);

  const { fetch, lastBytes } = remembering(context.fetch);
  // One key for all attempts of this call: whatever arrives twice is done once.
  const key = option('key') ?? formatId('cmd', context.random(16));
  const input = inputFor(call, operation);
  const client = clientOf(context, person, { fetch, newIdempotencyKey: () => key, language });
  context.err(DEVELOPMENT_LABEL[language]);

  const once = () => (client[name as keyof NodeClient] as AnyOperation)({ ...input, ...ifMatchOf(call) });
  const listSites = async () => (await client.listSites({})).items.map(({ site }) => site);
  const { answer, isGood } = await ask(call, once).catch(async (error: unknown) => {
    // A program reads the node's own words.
    if (!(error instanceof AnlianError) || isJson) throw error;
    const told = withState(withOffices(error, language), name, language);
    throw inOptions(await withSites(told, input, listSites, language), { operation, input, language });
  });
  tell(call, operation, answer, lastBytes());
  if (!isGood) context.err(notYetSo(until ?? '')[language]);
  return isGood ? EXIT.ok : EXIT.refused;
};

export const as: Verb = {
  usage: 'as PERSON@MEMBER[/TENANT] OPERATION [--FIELD VALUE …] | as --list [OPERATION]',
  summary: {
    zh: '以本机联盟中某人的身份调用节点接口（开发登录，不可用于生产）',
    en: 'Calls a node of the local consortium as one of its people (development sign-in, not for production)',
  },
  notes: AS_NOTES,
  options: { ...Object.fromEntries(FLAG_NAMES.map((name) => [name, { type: 'string' as const }])), ...OWN_OPTIONS },
  positionals: { names: ['PERSON@MEMBER', 'OPERATION'], min: 0, max: 2 },
  remedies: AS_REMEDIES,
  guide: (positionals) => {
    const guide = operationGuide(positionals);
    return guide && { ...guide, options: [...guide.options, ...Object.keys(OWN_OPTIONS)] };
  },
  run,
};
