type Schema = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, Schema>>;

const listOf = (value: unknown): readonly Schema[] => (Array.isArray(value) ? value : []);
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

/** Whether all that a pattern matches has an end: it holds the whole text, and nothing in it repeats as often as it likes. */
const hasEnd = (pattern: unknown): boolean => {
  if (typeof pattern !== 'string' || !pattern.startsWith('^') || !pattern.endsWith('$')) return false;
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  return !/[*+]|\{\d+,\}/.test(bare);
};

const isBounded = (schema: Schema): boolean =>
  'enum' in schema || 'const' in schema || 'maxLength' in schema || hasEnd(schema.pattern);

const isText = ({ type }: Schema): boolean => type === 'string' || (Array.isArray(type) && type.includes('string'));

const KEYWORDS = ['type', 'properties', 'items', 'anyOf', 'oneOf', 'enum', 'const', 'maxLength', 'pattern'];

/**
 * Places in a JSON schema, as pointers, where a text of any length fits: a string without `maxLength`, `enum`, `const` or a pattern that
 * ends; a schema that takes anything; names of properties without a form.
 * @param named what `$ref` leads to
 */
export const boundless = (schema: Schema, named: Schemas, at = ''): string[] => {
  if (typeof schema.$ref === 'string') return boundless(named[schema.$ref.split('/').at(-1) ?? ''] ?? {}, named, at);
  const all = listOf(schema.allOf);
  if (all.length > 0) return boundless(Object.assign({}, schema, { allOf: undefined }, ...all), named, at);
  const choices = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  if (choices.length > 0) return choices.flatMap((choice) => boundless(choice, named, at));
  if (!KEYWORDS.some((keyword) => keyword in schema)) return [at];
  if (isText(schema)) return isBounded(schema) ? [] : [at];
  return [
    ...Object.entries(isSchema(schema.properties) ? schema.properties : {}).flatMap(([name, one]) =>
      boundless(one as Schema, named, `${at}/${name}`),
    ),
    ...(isSchema(schema.items) ? boundless(schema.items, named, `${at}/*`) : []),
    ...ofNames(schema, named, `${at}/{name}`),
  ];
};

const ofNames = ({ additionalProperties, propertyNames }: Schema, named: Schemas, at: string): string[] => {
  if (!isSchema(additionalProperties)) return [];
  const isFree = !isSchema(propertyNames) || !isBounded(propertyNames);
  return [...(isFree ? [at] : []), ...boundless(additionalProperties, named, `${at}/*`)];
};
