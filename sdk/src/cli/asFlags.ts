import { OPERATIONS, type Operation } from '@anlian/contracts';
import * as z from 'zod';
import { momentOf } from './asMoments.ts';
import { UsageError } from './verb.ts';

/** One option of an operation: a path parameter, a query parameter, or a field of the body (`report.text` inside `report`). */
export interface Flag {
  readonly name: string;
  readonly place: 'path' | 'query' | 'body';
  readonly schema: Schema;
  readonly isRequired: boolean;
}

/** What is read of a JSON Schema (draft 2020-12), as zod writes it. */
interface Schema {
  readonly type?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Fields deeper than this are given as JSON. */
const DEPTH = 3;

const jsonSchema = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;

/** A value that may be null, or one of several forms: the forms that are not null. */
const formsOf = (schema: Schema): readonly Schema[] =>
  (schema.anyOf ?? schema.oneOf)?.flatMap(formsOf).filter(({ type }) => type !== 'null') ?? [schema];

const fieldsOf = (schema: Schema, place: Flag['place'], prefix = '', depth = 1): Flag[] => {
  const forms = formsOf(schema);
  const flags = forms.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([key, field]) => {
      const name = `${prefix}${key}`;
      const isRequired = forms.length === 1 && required.includes(key);
      const inside = depth < DEPTH ? fieldsOf(field, place, `${name}.`, depth + 1) : [];
      return inside.length > 0
        ? inside.map((flag) => ({ ...flag, isRequired: isRequired && flag.isRequired }))
        : [{ name, place, schema: field, isRequired }];
    }),
  );
  return [...new Map(flags.map((flag) => [flag.name, flag])).values()];
};

/** Options of one operation, those of its path first. */
export const flagsOf = ({ path, query, body }: Operation): Flag[] => [
  ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    place: 'path' as const,
    schema: {},
    isRequired: true,
  })),
  ...(query ? fieldsOf(jsonSchema(query), 'query') : []),
  ...(body ? fieldsOf(jsonSchema(body), 'body') : []),
];

/** Every option that some operation has. */
export const allFlagNames = (): string[] => [
  ...new Set(Object.values<Operation>(OPERATIONS).flatMap((operation) => flagsOf(operation).map(({ name }) => name))),
];

const json = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--${name}: JSON`);
  }
};

/** The text of an option as its field's type takes it; what does not fit is left for the node to refuse with its own words. */
const typed = (name: string, text: string, schema: Schema, nowMs: number): unknown => {
  const forms = formsOf(schema);
  const [form = {}] = forms;
  const isNullable = forms.length < (schema.anyOf ?? schema.oneOf ?? [schema]).length;
  if (isNullable && text === 'null') return null;
  if (form.type === 'number' || form.type === 'integer')
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (form.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (form.type === 'array' && !text.startsWith('['))
    return text.split(',').map((item) => typed(name, item, form.items ?? {}, nowMs));
  if (form.type === 'array' || form.type === 'object') return json(name, text);
  return momentOf(text, form.pattern, nowMs);
};

export interface OperationInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

const placed = (into: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void => {
  if (rest.length === 0) {
    into[key] = value;
    return;
  }
  const inner = into[key];
  const next =
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Record<string, unknown>) : {};
  into[key] = next;
  placed(next, rest, value);
};

/**
 * The input of an operation from its options. A field of `base` (the JSON of `--body`) that an option names is replaced.
 * @param given the options as typed, by name
 * @throws {UsageError} for an option of another operation, and for a path parameter that is missing
 */
export const inputOf = (
  operation: Operation,
  given: ReadonlyMap<string, string>,
  base: Readonly<Record<string, unknown>> | undefined,
  nowMs: number,
): OperationInput => {
  const flags = new Map(flagsOf(operation).map((flag) => [flag.name, flag]));
  const missing = [...flags.values()].filter(({ name, place }) => place === 'path' && !given.has(name));
  const [lost] = missing;
  if (lost) throw new UsageError(`--${lost.name}`);
  const places = { path: {}, query: {}, body: structuredClone(base ?? {}) } satisfies Record<Flag['place'], object>;
  for (const [name, text] of given) {
    const flag = flags.get(name);
    if (!flag) throw new UsageError(`--${name}`);
    placed(
      places[flag.place],
      flag.place === 'body' ? name.split('.') : [name],
      flag.place === 'path' ? text : typed(name, text, flag.schema, nowMs),
    );
  }
  return { params: places.path, query: places.query, body: operation.body ? places.body : undefined };
};
