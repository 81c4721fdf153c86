import { OPERATIONS } from '@anlian/contracts';
import { type Flag, flagsOf } from './flags.ts';
import { FORMS } from './forms.ts';
import { formsOf, isJson, type Schema } from './schema.ts';

export type OperationName = keyof typeof OPERATIONS;

/** Samples by the last part of a field's name, where its form alone would not make a sensible one. */
const BY_NAME: Readonly<Record<string, string>> = {
  authorityName: '认证机构',
  birthDate: '1990-03-07',
  checkedAt: 'now',
  completedOn: 'today',
  course: 'site_induction',
  from: 'now',
  at: 'now',
  name: '林立夏',
  occurredAt: 'now',
  recheckBy: 'today+1y',
  reviewBy: 'today+1y',
  text: '无票动火',
  to: 'now+30d',
  trade: '焊工',
  validFrom: 'today-1y',
  validTo: 'today+2y',
  windDownUntil: 'now+30d',
};

interface Special {
  readonly values?: Readonly<Record<string, string>>;
  /** What `--body` is given, and the fields that it brings. */
  readonly body?: { readonly text: string; readonly brings: readonly string[] };
}

const SPECIAL: Readonly<Partial<Record<OperationName, Special>>> = {
  registerCredential: { values: { type: 'iso_45001', authority: 'certification_body' } },
  registerWorkerCredential: { values: { type: 'special_work_welding' } },
  registerGate: {
    values: { 'label.zh': '东门', 'label.en': 'East gate' },
    body: { text: '"$(npx anlian gate init --json)"', brings: ['gateKey', 'clientKey'] },
  },
};

const ZEROS = '0'.repeat(64);

const sampleText = ({ pattern = '', minLength = 0, format }: Schema): string => {
  const [, prefix, length = '32'] = /^\^(?:([a-z]{3}_))?\[0-9a-f\]\{(\d+)\}\$$/.exec(pattern) ?? [];
  if (pattern !== '' && (prefix !== undefined || pattern.startsWith('^[0-9a-f]')))
    return `${prefix ?? ''}${ZEROS.slice(0, Number(length))}`;
  if (format === 'uri') return FORMS.address.sample;
  return '99-0001'.padEnd(minLength, '0');
};

/** A value that fits, as it is typed. */
const sample = (name: string, schema: Schema): string => {
  const own = BY_NAME[name.split('.').at(-1) ?? ''];
  const [form = {}] = formsOf(schema);
  const [first] = form.enum ?? [form.const];
  if (first !== undefined) return String(first);
  if (form.type === 'boolean') return 'true';
  if (form.type === 'array') return sample(name, form.items ?? {});
  if (form.type === 'integer' || form.type === 'number') return String(Math.max(form.minimum ?? 1, 1));
  if (own !== undefined) return own;
  return form.form === undefined ? sampleText(form) : FORMS[form.form].sample;
};

const isWithin = (name: string, fields: readonly string[]): boolean =>
  fields.some((field) => name === field || name.startsWith(`${field}.`));

const chooser = (choice: string): string => choice.replace(/[=#][^=#]*$/, '');

/** What must be told; of a value with several kinds what its first kind asks for. */
const needed = (flags: readonly Flag[]): Flag[] => {
  const chosen = new Map(
    flags
      .flatMap(({ when }) => when.slice(0, 1))
      .map((choice) => [chooser(choice), choice] as const)
      .toReversed(),
  );
  const isChosen = (when: readonly string[]) =>
    when.length === 0 || when.some((choice) => chosen.get(chooser(choice)) === choice);
  return flags.filter(({ isRequired, when }) => isRequired && isChosen(when));
};

export interface Example {
  /** Options by name. */
  readonly options: ReadonlyMap<string, string>;
  /** What `--body` is given, as it stands in the shell; what cannot be told in options comes from a file. */
  readonly body: string | undefined;
}

/** The least that an operation takes, with values that fit. */
export const exampleOf = (name: OperationName): Example => {
  const { values = {}, body } = SPECIAL[name] ?? {};
  const flags = needed(flagsOf(OPERATIONS[name]));
  const asJson = flags.filter(({ schema }) => isJson(schema));
  const typed = flags.filter((flag) => !asJson.includes(flag) && !isWithin(flag.name, body?.brings ?? []));
  return {
    options: new Map(typed.map((flag) => [flag.name, values[flag.name] ?? sample(flag.name, flag.schema)])),
    body: body?.text ?? (asJson.length > 0 ? `@${name}.json` : undefined),
  };
};

const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);

/** The example as a line to type. */
export const exampleLine = (name: OperationName, who: string): string => {
  const { options, body } = exampleOf(name);
  const parts = [...options].map(([option, value]) => `--${option} ${quoted(value)}`);
  return ['npx anlian as', who, name, ...parts, ...(body === undefined ? [] : [`--body ${body}`])].join(' ');
};
