import { OPERATIONS, type Operation } from '@anlian/contracts';
import * as z from 'zod';
import { PATH_PARAMETERS } from './forms.ts';
import { formsOf, jsonSchema, type Schema } from './schema.ts';

/** One option of an operation: a path parameter, a query parameter, or a field of the body (`report.text` inside `report`). */
export interface Flag {
  readonly name: string;
  readonly place: 'path' | 'query' | 'body';
  readonly schema: Schema;
  /** In every call; where `when` is not empty, in every call of that kind. */
  readonly isRequired: boolean;
  /** Choices (`subject.kind=company`, or `record#2` for the second form) with which it is taken; none for one that always is. */
  readonly when: readonly string[];
}

/** Fields deeper than this are given as JSON. */
const DEPTH = 3;

/** The field that tells the forms of a value apart: a constant in each of them. */
const kindOf = (forms: readonly Schema[]): string | undefined => {
  const [first] = forms;
  if (forms.length < 2) return undefined;
  return Object.keys(first?.properties ?? {}).find((key) =>
    forms.every(({ properties }) => properties?.[key]?.const !== undefined),
  );
};

const fieldsOfForm = (form: Schema, place: Flag['place'], prefix: string, depth: number): Flag[] =>
  Object.entries(form.properties ?? {}).flatMap(([key, field]) => {
    const name = `${prefix}${key}`;
    const isRequired = form.required?.includes(key) ?? false;
    const inside = depth < DEPTH ? fieldsOf(field, place, `${name}.`, depth + 1) : [];
    if (inside.length === 0) return [{ name, place, schema: field, isRequired, when: [] }];
    return inside.map((flag) => ({ ...flag, isRequired: isRequired && flag.isRequired }));
  });

const oneSchema = (schemas: readonly Schema[]): Schema => {
  const different = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  const [only = {}] = different;
  if (different.length < 2) return only;
  const values = different.flatMap(({ const: value }) => (value === undefined ? [] : [value]));
  return values.length === different.length ? { type: 'string', enum: values } : { anyOf: different };
};

/** The same option in several forms of a value, as one. */
const merged = (flags: readonly Flag[], isEverywhere: boolean): Flag | undefined => {
  const [first] = flags;
  return (
    first && {
      ...first,
      schema: oneSchema(flags.map(({ schema }) => schema)),
      isRequired: flags.every(({ isRequired }) => isRequired),
      when: isEverywhere ? [] : [...new Set(flags.flatMap(({ when }) => when))],
    }
  );
};

const fieldsOf = (schema: Schema, place: Flag['place'], prefix = '', depth = 1): Flag[] => {
  const forms = formsOf(schema);
  const [only] = forms;
  if (forms.length < 2) return only ? fieldsOfForm(only, place, prefix, depth) : [];
  const kind = kindOf(forms);
  const all = forms.map((form, at) => {
    const choice =
      kind === undefined ? `${prefix.slice(0, -1)}#${at + 1}` : `${prefix}${kind}=${form.properties?.[kind]?.const}`;
    return fieldsOfForm(form, place, prefix, depth).map((flag) =>
      flag.when.length > 0 ? flag : { ...flag, when: [choice] },
    );
  });
  const names = [...new Set(all.flat().map(({ name }) => name))];
  return names.flatMap((name) => {
    const same = all.flatMap((flags) => flags.filter((flag) => flag.name === name));
    return merged(same, same.length === forms.length) ?? [];
  });
};

const pathFlag = (name: string): Flag => {
  const schema = jsonSchema(PATH_PARAMETERS[name] ?? z.string().min(1));
  return { name, place: 'path', schema, isRequired: true, when: [] };
};

/** Options of one operation, those of its path first. */
export const flagsOf = ({ path, query, body }: Operation): Flag[] => [
  ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathFlag(name)),
  ...(query ? fieldsOf(jsonSchema(query), 'query') : []),
  ...(body ? fieldsOf(jsonSchema(body), 'body') : []),
];

/** Whether an option must be in every call. */
export const isAlways = ({ isRequired, when }: Flag): boolean => isRequired && when.length === 0;

/** Every option that some operation has. */
export const allFlagNames = (): string[] => [
  ...new Set(Object.values<Operation>(OPERATIONS).flatMap((operation) => flagsOf(operation).map(({ name }) => name))),
];
