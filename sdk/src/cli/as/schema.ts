import * as z from 'zod';
import { FORMS, type FormName } from './forms.ts';

/** What is read of a JSON Schema (draft 2020-12), as zod writes it; `form` is our own, where a zod schema has a name of its own. */
export interface Schema {
  readonly type?: string;
  readonly form?: FormName;
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const FORM_NAMES: ReadonlyMap<unknown, string> = new Map(
  Object.entries(FORMS).map(([name, { schema }]) => [schema, name]),
);

/** The schema of what is put in, as JSON Schema. */
export const jsonSchema = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: written }) => {
      const form = FORM_NAMES.get(zodSchema);
      if (form !== undefined) written.form = form;
    },
  }) as Schema;

/** A value that may be null, or one of several forms: the forms that are not null. */
export const formsOf = (schema: Schema): readonly Schema[] =>
  (schema.anyOf ?? schema.oneOf)?.flatMap(formsOf).filter(({ type }) => type !== 'null') ?? [schema];

/** Whether null is one of the forms of a value. */
export const isNullable = (schema: Schema): boolean =>
  schema.type === 'null' || ((schema.anyOf ?? schema.oneOf)?.some(isNullable) ?? false);

/** An object, or a list of objects or lists: given as JSON where its fields have no options of their own. */
export const isJson = (schema: Schema): boolean =>
  formsOf(schema).some(
    ({ type, items }) =>
      type === 'object' ||
      (type === 'array' && formsOf(items ?? {}).some((item) => item.type === 'array' || isJson(item))),
  );
