/** A JSON Schema in one spelling: two that admit the same values by the same means have the same shape. */
export interface SchemaShape {
  readonly [keyword: string]: unknown;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const byText = (a: unknown, b: unknown): number => JSON.stringify(a).localeCompare(JSON.stringify(b), 'en');
const sorted = (values: readonly unknown[]): unknown[] => [...values].sort(byText);
const withKeysSorted = (object: Json): Json =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What says nothing about the values: prose, and bounds that every safe integer keeps. */
const isSilent = (keyword: string, value: unknown): boolean =>
  keyword === '$schema' ||
  keyword === 'description' ||
  (keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER) ||
  (keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
  (keyword === 'additionalProperties' && isObject(value) && Object.keys(value).length === 0) ||
  (keyword === 'required' && Array.isArray(value) && value.length === 0);

const SPELL: Readonly<Record<string, (value: unknown) => Json>> = {
  type: (value) => ({ type: sorted(listOf(value)) }),
  const: (value) => ({ enum: [value] }),
  enum: (value) => ({ enum: sorted(listOf(value).filter((one) => one !== null)) }),
  required: (value) => ({ required: sorted(listOf(value)) }),
  properties: (value) => ({
    properties: withKeysSorted(
      Object.fromEntries(Object.entries(value as Json).map(([name, schema]) => [name, shapeOf(schema)])),
    ),
  }),
  items: (value) => ({ items: shapeOf(value) }),
  propertyNames: (value) => ({ propertyNames: shapeOf(value) }),
  additionalProperties: (value) => ({ additionalProperties: isObject(value) ? shapeOf(value) : value }),
  oneOf: (value) => eitherOf(listOf(value).map(shapeOf)),
  anyOf: (value) => eitherOf(listOf(value).map(shapeOf)),
};

const isNull = ({ type }: SchemaShape): boolean => JSON.stringify(type) === '["null"]';

/** A choice between something and null is that something, of one type more. */
const eitherOf = (shapes: readonly SchemaShape[]): Json => {
  const [only, ...others] = shapes.filter((shape) => !isNull(shape));
  const isNullable = shapes.some(isNull) && only !== undefined && others.length === 0 && only.type !== undefined;
  return isNullable ? { ...only, type: sorted([...listOf(only.type), 'null']) } : { either: sorted(shapes) };
};

/**
 * The shape of a JSON Schema without references. `const` and `enum`, `oneOf` and `anyOf`, and the two ways to admit null are spelled
 * alike, and lists that are sets are sorted; every other keyword stays as it is.
 */
export const shapeOf = (schema: unknown): SchemaShape =>
  isObject(schema)
    ? withKeysSorted(
        Object.assign(
          {},
          ...Object.entries(schema)
            .filter(([keyword, value]) => !isSilent(keyword, value))
            .map(([keyword, value]) => SPELL[keyword]?.(value) ?? { [keyword]: value }),
        ),
      )
    : {};
