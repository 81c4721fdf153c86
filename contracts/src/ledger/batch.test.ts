import { describe, expect, it } from 'vitest';
import { batchGroup } from './batch.ts';
import { type AnyCommand, COMMAND_NAMES, type CommandName } from './commands.ts';

const COMPANY = '91990101MAAA00039J';
const commandOf = (name: CommandName): AnyCommand =>
  ({ name, args: { company: COMPANY, subject: { kind: 'company', company: COMPANY } } }) as unknown as AnyCommand;

describe('which commands may share a transaction', () => {
  it('leaves out votes, founding, keys and anchors', () => {
    expect(COMMAND_NAMES.filter((name) => batchGroup(commandOf(name)) === undefined)).toEqual([
      'channel:found',
      'channel:confirm',
      'proposal:open',
      'proposal:vote',
      'member:register_key',
      'member:retire_key',
      'evidence:anchor',
    ]);
  });

  it('keeps those that name a company apart from all others', () => {
    const named = COMMAND_NAMES.filter((name) => batchGroup(commandOf(name)) === COMPANY);
    expect(named).toEqual(
      COMMAND_NAMES.filter((name) => /^(credit:|site:admit|site:release|credential:register)/.test(name)),
    );
    for (const kind of ['worker', 'equipment'])
      expect(
        batchGroup({
          name: 'credential:register',
          args: { subject: { kind, commitment: 'x' } },
        } as unknown as AnyCommand),
      ).toBe(batchGroup(commandOf('site:register')));
  });
});
