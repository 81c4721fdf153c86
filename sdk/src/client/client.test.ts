import { AnlianError, PROBLEM_MEDIA_TYPE } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { createClient } from './client.ts';

const PROBLEM = { type: 'urn:anlian:error:not_found', title: 'Not found', status: 404, code: 'not_found', remedy: '' };

const failing = (body: unknown, status: number): Promise<unknown> =>
  createClient({
    url: 'http://node.example',
    fetch: async () => new Response(JSON.stringify(body), { status, headers: { 'content-type': PROBLEM_MEDIA_TYPE } }),
    newIdempotencyKey: () => 'key',
  })
    .getScore({ params: { company: '91990101MAAA00039J' } })
    .catch((error: unknown) => error);

describe('what a node refuses', () => {
  it('is thrown with everything by which it can be put right or asked after', async () => {
    const errors = [{ field: '/company', code: 'invalid_uscc', detail: 'check' }];
    const told = {
      detail: 'no such company',
      field: '/company',
      errors,
      traceId: '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
    };
    const error = await failing({ ...PROBLEM, ...told }, 404);
    expect(error).toBeInstanceOf(AnlianError);
    expect(error).toMatchObject({ code: 'not_found', ...told });
  });

  it('keeps what the node does not say undefined', async () => {
    const { detail, field, errors, traceId } = (await failing(PROBLEM, 404)) as AnlianError;
    expect([detail, field, errors, traceId]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([
    ['no problem', '<html>'],
    ['a code that nobody knows', { ...PROBLEM, code: 'toString' }],
  ])('is an internal error when it is %s', async (_what, body) => {
    expect(await failing(body, 502)).toMatchObject({ code: 'internal_error', detail: 'the node answered 502' });
  });
});
