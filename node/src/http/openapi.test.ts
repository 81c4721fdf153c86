import { createRoute } from '@hono/zod-openapi';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ifMatch, requiredVersion } from './ifMatch.ts';
import { idempotent, updates } from './openapi.ts';
import { problemHandler } from './problem.ts';
import { router } from './routes.ts';

const app = router();
app.onError(problemHandler(pino({ level: 'silent' })));
const responses = updates(z.object({ version: z.int() }), 'Changed');
app.openapi(createRoute({ method: 'put', path: '/thing', request: { headers: ifMatch }, responses }), (c) =>
  c.json({ version: requiredVersion(c) }, 200),
);
app.openapi(createRoute({ method: 'post', path: '/thing', request: idempotent, responses }), (c) =>
  c.json({ version: 1 }, 200),
);
const thing = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 't', version: '1' } }).paths?.['/thing'];

describe('headers that every caller must send', () => {
  it.each([
    ['if-match', thing?.put],
    ['idempotency-key', thing?.post],
  ])('%s is required in the document', (name, operation) => {
    expect(operation?.parameters).toEqual([expect.objectContaining({ in: 'header', name, required: true })]);
  });

  it('are refused by their own code when they are missing', async () => {
    const response = await app.request('/thing', { method: 'PUT' });
    expect(await response.json()).toMatchObject({ code: 'precondition_required', field: 'If-Match' });
    expect(Object.keys(thing?.put?.responses ?? {})).toContain(String(response.status));
  });
});

it('describes every status that a guarded route may answer', () => {
  const statuses = [
    '200',
    '202',
    '400',
    '401',
    '403',
    '404',
    '409',
    '412',
    '413',
    '422',
    '428',
    '429',
    '500',
    '503',
    '507',
  ];
  expect(Object.keys(thing?.put?.responses ?? {})).toEqual(statuses);
});
