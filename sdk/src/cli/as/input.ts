import type { Operation } from '@anlian/contracts';
import { SLIPS } from '../slips.ts';
import { UsageError } from '../verb.ts';
import { flagsOf } from './flags.ts';
import { momentOf } from './moments.ts';
import { formsOf, isNullable, type Schema } from './schema.ts';

const json = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(SLIPS.malformed(`--${name}`, { zh: ' JSON', en: 'JSON' }));
  }
};

/** The text of an option as its field's type takes it; what does not fit is left for the node to refuse. */
const typed = (name: string, text: string, schema: Schema, nowMs: number): unknown => {
  const [form = {}] = formsOf(schema);
  if (isNullable(schema) && text === 'null') return null;
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
  const lost = [...flags.values()].find(({ name, place }) => place === 'path' && !given.has(name));
  const places: { path: Record<string, string>; query: Record<string, unknown>; body: Record<string, unknown> } = {
    path: {},
    query: {},
    body: structuredClone(base ?? {}),
  };
  for (const [name, text] of given) {
    const flag = flags.get(name);
    if (!flag) throw new UsageError(SLIPS.unknown(name, [...flags.keys()], '--'));
    if (flag.place === 'path') places.path[name] = text;
    else
      placed(
        places[flag.place],
        flag.place === 'body' ? name.split('.') : [name],
        typed(name, text, flag.schema, nowMs),
      );
  }
  if (lost) throw new UsageError(SLIPS.missing(`--${lost.name}`));
  return { params: places.path, query: places.query, body: operation.body ? places.body : undefined };
};
