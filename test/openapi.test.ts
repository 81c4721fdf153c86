import { OPERATION_TEXTS, OPERATIONS, type Operation } from '@anlian/contracts';
import { createFetch } from '@anlian/sdk/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type PortalNode, startPortalNode } from './portal/portalNode.ts';

const Described = z.object({
  summary: z.string().min(1),
  tags: z.array(z.string()).min(1),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) }).optional(),
  responses: z.record(z.string(), z.unknown()),
});
const OpenApi = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

describe('the OpenAPI document of a node', () => {
  let node: PortalNode;
  let paths: z.infer<typeof OpenApi>['paths'];
  beforeAll(async () => {
    node = await startPortalNode();
    const response = await createFetch({ localhostToLoopback: true })(`${node.url}/api/openapi.json`);
    ({ paths } = OpenApi.parse(await response.json()));
  });
  afterAll(() => node.close());

  it.each(Object.entries<Operation>(OPERATIONS))(
    'describes %s as the client calls it',
    (_name, { method, path, query, body }) => {
      const described = Described.parse(paths[`/api/v1${path}`]?.[method.toLowerCase()]);
      const named = (place: string): string[] =>
        described.parameters
          .filter((parameter) => parameter.in === place)
          .map(({ name }) => name)
          .sort();
      expect(named('path')).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
      expect(named('query')).toEqual(query instanceof z.ZodObject ? Object.keys(query.shape).sort() : []);
      expect(described.requestBody !== undefined).toBe(body !== undefined);
      expect(Object.keys(described.responses).some((status) => status.startsWith('2'))).toBe(true);
    },
  );

  it('gives every operation of the API a summary, a tag and its failures', () => {
    const bare = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, one]) => {
          const described = Described.safeParse(one);
          return (
            !described.success || !Object.keys(described.data.responses).some((status) => /^[45]|default/.test(status))
          );
        })
        .map(([method]) => `${method} ${path}`),
    );
    expect(bare).toEqual([]);
  });
});

it('has words in both languages for every operation of the client', () => {
  expect(Object.keys(OPERATION_TEXTS)).toEqual(Object.keys(OPERATIONS));
});
