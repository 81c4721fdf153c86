import { describe, expect, it } from 'vitest';
import { connectCarrier } from './client.ts';

/** A carrier that answers everything with one status and body. */
const answering = (status: number, body: unknown) =>
  connectCarrier({
    url: 'https://carrier.example',
    tokens: { token: async () => 'secret-token', forget: () => undefined },
    fetch: async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }),
  });

const refusalOf = (status: number, body: unknown): Promise<unknown> =>
  answering(status, body)
    .describe()
    .catch((error: unknown) => error);

describe('what a carrier refuses', () => {
  it('with 401 makes the node ask for another token', async () => {
    let forgotten = 0;
    const carrier = connectCarrier({
      url: 'https://carrier.example',
      tokens: { token: async () => 'rejected', forget: () => (forgotten += 1) },
      fetch: async () => Response.json({ code: 'unauthenticated' }, { status: 401 }),
    });
    await expect(carrier.describe()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(forgotten).toBe(1);
  });

  it('is told with its code, field and reason', async () => {
    const refusal = { code: 'invalid_transition', field: '/args/violation', detail: 'it is counted' };
    expect(await refusalOf(409, refusal)).toMatchObject(refusal);
  });

  it.each<[string, object]>([
    ['in two lines', { detail: 'one\ntwo' }],
    ['that moves the cursor', { detail: '\u001b[2J' }],
    ['of a place that is none', { field: '<b>' }],
    ['that are no text', { detail: { html: 'x' } }],
  ])('is told by its code alone when it has reasons %s', async (_what, words) => {
    expect(await refusalOf(409, { code: 'invalid_transition', ...words })).toMatchObject({
      code: 'invalid_transition',
      field: undefined,
      detail: 'its reasons are not in the agreed form',
    });
  });

  it.each<[string, number, unknown]>([
    ['no code', 500, { title: 'x' }],
    ['a code that does not exist', 422, { code: 'no_such_code' }],
    ['no JSON', 502, '<html>'],
    ['nothing', 503, ''],
  ])('with %s is the ledger’s absence: what is queued stays queued', async (_what, status, body) => {
    expect(await refusalOf(status, body)).toMatchObject({ code: 'ledger_unavailable' });
  });
});
