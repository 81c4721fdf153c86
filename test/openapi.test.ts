import { OPERATION_TEXTS, OPERATIONS, type Operation, PROBLEM_MEDIA_TYPE, Problem } from '@anlian/contracts';
import { createFetch } from '@anlian/sdk/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type PortalNode, startPortalNode } from './portal/portalNode.ts';
import { type SchemaShape, shapeOf } from './support/schemaShape.ts';

const Content = z.record(z.string(), z.object({ schema: z.unknown() }));
const Described = z.object({
  summary: z.string().min(1),
  tags: z.array(z.string()).min(1),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), required: z.boolean().default(false), schema: z.unknown() }))
    .default([]),
  requestBody: z.object({ required: z.boolean().default(false), content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content })),
});
type Described = z.infer<typeof Described>;
const OpenApi = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** What goes over the line in a schema's place, in either direction: before defaults are filled in. */
const shapeOnTheLine = (schema: z.ZodType): SchemaShape =>
  shapeOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));

type Place = 'path' | 'query' | 'header';
interface Parameter {
  readonly required: boolean;
  readonly shape: SchemaShape;
}

const parametersIn = ({ parameters }: Described, place: Place): Record<string, Parameter> =>
  Object.fromEntries(
    parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name, required, schema }) => [name, { required, shape: shapeOf(schema) }]),
  );

/** The parameters of a query as the client sends them, one by one. */
const queryParameters = (query: z.ZodType | undefined): Record<string, Parameter> => {
  const { properties = {}, required = [] } = query === undefined ? {} : shapeOnTheLine(query);
  return Object.fromEntries(
    Object.entries(properties as Record<string, SchemaShape>).map(([name, shape]) => [
      name,
      { required: (required as readonly string[]).includes(name), shape },
    ]),
  );
};

describe('the OpenAPI document of a node', () => {
  let node: PortalNode;
  let paths: z.infer<typeof OpenApi>['paths'];
  beforeAll(async () => {
    node = await startPortalNode();
    const response = await createFetch({ localhostToLoopback: true })(`${node.url}/api/openapi.json`);
    ({ paths } = OpenApi.parse(await response.json()));
  });
  afterAll(() => node?.close());

  const described = ({ method, path }: Operation): Described =>
    Described.parse(paths[`/api/v1${path}`]?.[method.toLowerCase()]);

  describe.each(Object.entries<Operation>(OPERATIONS))('describes %s', (_name, operation) => {
    it('with the parameters that the client sends', () => {
      const served = described(operation);
      const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(parametersIn(served, 'path')).sort()).toEqual(inPath.sort());
      expect(Object.values(parametersIn(served, 'path')).every(({ required }) => required)).toBe(true);
      expect(parametersIn(served, 'query')).toEqual(queryParameters(operation.query));
      const headers = operation.method === 'GET' ? [] : ['idempotency-key', 'if-match'];
      expect(headers).toEqual(expect.arrayContaining(Object.keys(parametersIn(served, 'header'))));
    });

    it('with the body that the client sends', () => {
      const { requestBody } = described(operation);
      expect(requestBody && { ...requestBody, content: Object.keys(requestBody.content) }).toEqual(
        operation.body && { required: true, content: ['application/json'] },
      );
      expect(requestBody && shapeOf(requestBody.content['application/json']?.schema)).toEqual(
        operation.body && shapeOnTheLine(operation.body),
      );
    });

    it('with the answers that the client parses, and its failures as problems', () => {
      const responses = Object.entries(described(operation).responses);
      const done = responses.filter(([status]) => /^2\d\d$/.test(status));
      const failed = responses.filter(([status]) => /^[45]\d\d$/.test(status));
      expect([done.length > 0, failed.length > 0, done.length + failed.length]).toEqual([true, true, responses.length]);
      const answers = (of: typeof responses, type: string, schema: z.ZodType) => {
        for (const [status, { content }] of of) {
          const shapes = Object.entries(content).map(([name, one]) => [name, shapeOf(one.schema)]);
          expect({ status, shapes }).toEqual({ status, shapes: [[type, shapeOnTheLine(schema)]] });
        }
      };
      answers(done, 'application/json', operation.answer);
      answers(failed, PROBLEM_MEDIA_TYPE, Problem);
    });
  });

  it('gives every operation of the API a summary, a tag and its failures', () => {
    const Bare = Described.pick({ summary: true, tags: true }).extend({ responses: z.record(z.string(), z.unknown()) });
    const bare = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, one]) => {
          const parsed = Bare.safeParse(one);
          return !parsed.success || !Object.keys(parsed.data.responses).some((status) => /^[45]|default/.test(status));
        })
        .map(([method]) => `${method} ${path}`),
    );
    expect(bare).toEqual([]);
  });
});

describe('two schemas are told apart', () => {
  const before = z.object({ a: z.string(), b: z.int().optional(), c: z.array(z.enum(['x', 'y'])).nullable() });
  it.each<[string, z.ZodType]>([
    ['by a property more', before.extend({ d: z.string().optional() })],
    ['by a property less', before.omit({ b: true })],
    ['by a property that must be there', before.required({ b: true })],
    ['by a property that may be absent', before.partial({ a: true })],
    ['by a type', before.extend({ a: z.number() })],
    ['by a kind of number', before.extend({ b: z.number().optional() })],
    ['by null', before.extend({ a: z.string().nullable() })],
    ['by a code of a closed list', before.extend({ c: z.array(z.enum(['x', 'z'])).nullable() })],
    ['by what a list holds', before.extend({ c: z.array(z.string()).nullable() })],
    ['by a pattern', before.extend({ a: z.string().regex(/^a/) })],
    ['by a limit', before.extend({ a: z.string().max(9) })],
    ['by what else they admit', before.strict()],
    ['by a choice', before.extend({ a: z.union([z.string(), z.int()]) })],
  ])('%s', (_, after) => {
    expect(shapeOnTheLine(after)).not.toEqual(shapeOnTheLine(before));
  });

  it.each<[string, unknown, unknown]>([
    ['the order of names', { required: ['a', 'b'] }, { required: ['b', 'a'] }],
    ['null as a type or as a choice', { type: ['string', 'null'] }, { anyOf: [{ type: 'null' }, { type: 'string' }] }],
    ['one code as a constant or as a list', { type: 'string', const: 'x' }, { enum: ['x'], type: 'string' }],
    ['words about them', { type: 'string', description: 'x' }, { type: 'string' }],
  ])('but not by %s', (_, one, other) => {
    expect(shapeOf(one)).toEqual(shapeOf(other));
  });
});

it('has words in both languages for every operation of the client', () => {
  expect(Object.keys(OPERATION_TEXTS)).toEqual(Object.keys(OPERATIONS));
});
