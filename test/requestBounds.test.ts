import { createFetch } from '@anlian/sdk/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type PortalNode, startPortalNode } from './portal/portalNode.ts';
import { boundless } from './support/boundless.ts';

const Schema = z.record(z.string(), z.unknown());
const Described = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: Schema })).default([]),
  requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema: Schema }) }) }).optional(),
});
const OpenApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), Described)),
  components: z.object({ schemas: z.record(z.string(), Schema).default({}) }),
});

describe('what a node takes in', () => {
  let node: PortalNode;
  let document: z.infer<typeof OpenApi>;
  beforeAll(async () => {
    node = await startPortalNode();
    const response = await createFetch({ localhostToLoopback: true })(`${node.url}/api/openapi.json`);
    document = OpenApi.parse(await response.json());
  });
  afterAll(() => node.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({ name: `${method} ${path}`, ...described })),
    );

  it('in a body has no text without an end', () => {
    const bodies = operations().flatMap(({ name, requestBody }) =>
      requestBody ? [{ name, schema: requestBody.content['application/json'].schema }] : [],
    );
    expect(bodies.length).toBeGreaterThan(30);
    expect(
      bodies.flatMap(({ name, schema }) => boundless(schema, document.components.schemas).map((at) => `${name} ${at}`)),
    ).toEqual([]);
  });

  it('in a path or a query has no text without an end', () => {
    const asked = operations().flatMap(({ name, parameters }) =>
      parameters
        .filter(({ in: place }) => place === 'path' || place === 'query')
        .map(({ name: parameter, in: place, schema }) => ({ name: `${name} ${parameter}`, place, schema })),
    );
    const counts = Map.groupBy(asked, ({ place }) => place);
    expect(counts.get('path')?.length).toBeGreaterThan(40);
    expect(counts.get('query')?.length).toBeGreaterThan(40);
    expect(
      asked.flatMap(({ name, schema }) => boundless(schema, document.components.schemas).map((at) => `${name}${at}`)),
    ).toEqual([]);
  });
});

describe('a schema', () => {
  const text = { type: 'string' };
  it.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    ['a text', text, ['']],
    ['a text that has an end', { ...text, maxLength: 9 }, []],
    ['one of some words', { ...text, enum: ['a'] }, []],
    ['a form of a fixed length', { ...text, pattern: '^crd_[0-9a-f]{32}$' }, []],
    ['a form of a known length', { ...text, pattern: '^[a-z][a-z+*-]{1,30}\\+?$' }, []],
    ['a form that goes on', { ...text, pattern: '^[a-z]+$' }, ['']],
    ['a form that goes on as it likes', { ...text, pattern: '^[a-z]{3,}$' }, ['']],
    ['a form that is somewhere in the text', { ...text, pattern: '[a-z]{3}' }, ['']],
    ['an address', { ...text, format: 'uri' }, ['']],
    ['anything', {}, ['']],
    ['a text in a list', { type: 'array', items: text }, ['/*']],
    ['a text in a choice', { anyOf: [{ type: 'null' }, text] }, ['']],
    ['a text of several parts', { allOf: [text, { maxLength: 9 }] }, []],
    ['a text in an object', { type: 'object', properties: { a: text, b: { type: 'integer' } } }, ['/a']],
    ['names as they come', { type: 'object', additionalProperties: { type: 'integer' } }, ['/{name}']],
    [
      'names in a form',
      { type: 'object', propertyNames: { pattern: '^[a-z]{3}$' }, additionalProperties: { type: 'integer' } },
      [],
    ],
    ['a text elsewhere', { $ref: '#/components/schemas/Text' }, ['']],
  ])('of %s is seen to have an end, or not', (_what, schema, found) => {
    expect(boundless(schema, { Text: text })).toEqual(found);
  });
});
