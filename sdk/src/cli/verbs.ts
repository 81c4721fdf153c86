import { OPERATIONS, type Text } from '@anlian/contracts';
import { nearest } from './nearest.ts';
import { COMMON, isHelp } from './parseCall.ts';
import type { Verb } from './verb.ts';

type Load = () => Promise<Verb>;

/** Every verb, loaded when it is called. */
const VERBS: Readonly<Record<string, Load>> = {
  as: () => import('./as/as.ts').then(({ as }) => as),
  'code show': () => import('./code/code.ts').then(({ codeShow }) => codeShow),
  'code verify': () => import('./code/code.ts').then(({ codeVerify }) => codeVerify),
  'code print': () => import('./code/print.ts').then(({ codePrint }) => codePrint),
  'gate init': () => import('./gate/init.ts').then(({ gateInit }) => gateInit),
  'gate sync': () => import('./gate/gate.ts').then(({ gateSync }) => gateSync),
  'gate decide': () => import('./gate/decide.ts').then(({ gateDecide }) => gateDecide),
  'gate release': () => import('./gate/gate.ts').then(({ gateRelease }) => gateRelease),
  'gate emergency': () => import('./gate/gate.ts').then(({ gateEmergency }) => gateEmergency),
  'gate upload': () => import('./gate/gate.ts').then(({ gateUpload }) => gateUpload),
  'gate status': () => import('./gate/gate.ts').then(({ gateStatus }) => gateStatus),
  'fabric add-member': () => import('./fabric/drawUp.ts').then(({ fabricAddMember }) => fabricAddMember),
  'fabric remove-member': () => import('./fabric/drawUp.ts').then(({ fabricRemoveMember }) => fabricRemoveMember),
  'fabric revoke': () => import('./fabric/revoke.ts').then(({ fabricRevoke }) => fabricRevoke),
  'fabric sign': () => import('./fabric/sign.ts').then(({ fabricSign }) => fabricSign),
  'fabric submit': () => import('./fabric/submit.ts').then(({ fabricSubmit }) => fabricSubmit),
  'fabric approve': () => import('./fabric/approve.ts').then(({ fabricApprove }) => fabricApprove),
  'fabric status': () => import('./fabric/status.ts').then(({ fabricStatus }) => fabricStatus),
  'pass enrol': () => import('./code/pass.ts').then(({ passEnrol }) => passEnrol),
  'pass present': () => import('./code/pass.ts').then(({ passPresent }) => passPresent),
  verify: () => import('./verify/verify.ts').then(({ verify }) => verify),
  doctor: () => import('./doctor/doctor.ts').then(({ doctor }) => doctor),
};

const NAMES = Object.keys(VERBS);
const GROUPS = [...new Set(NAMES.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0] ?? ''))];
const OPERATION_NAMES = Object.keys(OPERATIONS);

/** Verbs by the words they begin with: all of them for no word, those of a group for its name. */
export const verbsUnder = (group: string): Load[] =>
  Object.entries(VERBS).flatMap(([name, load]) => (group === '' || name.startsWith(`${group} `) ? [load] : []));

/** How many of the arguments are common options that stand before the verb. */
const leading = (args: readonly string[]): number => {
  const [option, ...rest] = args;
  const name = option?.startsWith('--') ? (option.slice(2).split('=')[0] ?? '') : '';
  if (option === undefined || isHelp(option) || !Object.hasOwn(COMMON, name)) return 0;
  const own = name === 'lang' && !option.includes('=') ? 2 : 1;
  return own + leading(rest.slice(own - 1));
};

/** `help X` is `X --help`, of an operation too; options that stand before the verb are moved behind it. */
const inOrder = (args: readonly string[]): string[] => {
  const before = leading(args);
  const [moved, own] = [args.slice(0, before), args.slice(before)];
  if (own[0] !== 'help') return [...own, ...moved];
  const topic = own.slice(1);
  const isOperation = OPERATION_NAMES.includes(topic[0] ?? '');
  return [...(isOperation ? ['as'] : []), ...topic, '--help', ...moved];
};

interface Found {
  readonly load: Load;
  readonly rest: readonly string[];
}

/** No verb: a list is asked for, or one must be chosen from it, or what was typed is none. */
interface NotFound {
  /** Whose verbs there are to list: '' for all. */
  readonly group: string;
  readonly isAsked: boolean;
  readonly slip: Text | undefined;
}

/** What to type for a word that is a verb, a group of verbs or an operation. */
const FORMS: ReadonlyMap<string, string> = new Map([
  ...OPERATION_NAMES.map((name) => [name, `anlian as PERSON@MEMBER ${name}`] as const),
  ...[...NAMES, ...GROUPS].map((name) => [name, `anlian ${name}`] as const),
]);

const slipOf = (words: readonly string[]): Text => {
  const [first = '', second] = words;
  const isInGroup = GROUPS.includes(first);
  const both = second === undefined ? undefined : nearest(`${first} ${second}`, NAMES);
  const meant = FORMS.get(both ?? (isInGroup ? '' : (nearest(first, [...FORMS.keys()]) ?? '')));
  const typed = `anlian ${isInGroup ? `${first} ${second}` : first}`;
  return meant === undefined
    ? { zh: `没有命令 ${typed}`, en: `${typed} is no command` }
    : { zh: `没有命令 ${typed}；是不是 ${meant}？`, en: `${typed} is no command; did you mean ${meant}?` };
};

/** The verb that is called and what follows it, or what to tell where there is none. */
export const findVerb = (typed: readonly string[]): Found | NotFound => {
  const args = inOrder(typed);
  const [first = '', second = ''] = args;
  const name = [`${first} ${second}`, first].find((words) => Object.hasOwn(VERBS, words));
  const load = name === undefined ? undefined : VERBS[name];
  if (name !== undefined && load) return { load, rest: args.slice(name.split(' ').length) };

  const end = args.findIndex((arg) => arg.startsWith('-'));
  const words = args.slice(0, end === -1 ? undefined : end);
  const group = GROUPS.includes(first) ? first : '';
  const isListed = words.length === (group === '' ? 0 : 1);
  const isBare = leading(args) === args.length;
  if (isListed && (isBare || args.some(isHelp))) return { group, isAsked: true, slip: undefined };
  if (isListed && group !== '') return { group, isAsked: false, slip: undefined };
  return { group, isAsked: false, slip: slipOf(words.length > 0 ? words : [first]) };
};
