import { describe, expect, it } from 'vitest';
import { firstPortFrom, ledgerFrom } from './command.ts';
import { WrongUse } from './wrongUse.ts';

const slipOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof WrongUse ? error.text : error;
  }
};

describe('what npm start is told', () => {
  it('is taken from the option, else from the environment', () => {
    const environment = { ANLIAN_LEDGER: 'fabric', ANLIAN_FIRST_PORT: '7300' };
    expect([ledgerFrom('embedded', environment), firstPortFrom('7621', environment)]).toEqual(['embedded', 7621]);
    expect([ledgerFrom(undefined, environment), firstPortFrom(undefined, environment)]).toEqual(['fabric', 7300]);
    expect([ledgerFrom(undefined, {}), firstPortFrom(undefined, { ANLIAN_FIRST_PORT: '' })]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['another ledger', () => ledgerFrom('sqlite', {}), '--ledger sqlite is not known; there are embedded, fabric'],
    [
      'a ledger mistyped',
      () => ledgerFrom('fabrik', {}),
      '--ledger fabrik is not known; did you mean --ledger fabric?',
    ],
    [
      'another ledger in the environment',
      () => ledgerFrom(undefined, { ANLIAN_LEDGER: 'fabrik' }),
      'ANLIAN_LEDGER=fabrik is not known; did you mean ANLIAN_LEDGER=fabric?',
    ],
    ['no port', () => firstPortFrom('x', {}), '--port x must be a port from 1024 to 65531'],
    [
      'a port with no room behind it',
      () => firstPortFrom('65532', {}),
      '--port 65532 must be a port from 1024 to 65531',
    ],
    [
      'a port of the system in the environment',
      () => firstPortFrom(undefined, { ANLIAN_FIRST_PORT: '80' }),
      'ANLIAN_FIRST_PORT 80 must be a port from 1024 to 65531',
    ],
  ])('%s is wrong use, and what is right is said', (_, work, en) => {
    expect(slipOf(work)).toEqual({ zh: expect.stringMatching(/\p{Script=Han}/u), en });
  });
});
