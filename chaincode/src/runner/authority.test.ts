import { type CommandArgs, type CommandName, ROLE_CODES } from '@anlian/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { AUTHORITY_CELLS } from '../testing/authorityCells.ts';
import { type Acting, type Busy, busyLedger, SCENES } from '../testing/authorityScenes.ts';
import { evidenceLog } from '../testing/evidenceLog.ts';
import { testKey } from '../testing/keys.ts';
import { type Name, openLedgerWith, type TestLedger, USCC } from '../testing/ledger.ts';
import { runCommand } from './run.ts';

const OUTCOMES: Record<string, string> = {
  '+': 'done',
  k: 'not_a_governor',
  r: 'forbidden',
  a: 'assertion_too_weak',
  u: 'actor_key_unknown',
};
const ASSERTIONS = ['passkey', 'development', 'machine', 'password'] as const;
/** The recorder of a violation may not resolve it, so its cells are filled by the third governor. */
const ACTING: Record<string, Name> = { 'credit:resolve': 'zhengheng' };

let busy: Busy;
beforeAll(async () => {
  busy = await busyLedger();
});

/** Runs a command and keeps nothing of it: every cell meets the same ledger. */
const attempt = async (ledger: TestLedger, ...call: Parameters<TestLedger['call']>): Promise<string> => {
  try {
    await runCommand(ledger.state, ledger.call(...call));
    return 'done';
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
};

const sceneOf = async (name: CommandName, acting: Acting) => {
  const make = SCENES[name] as (
    busy: Busy,
    acting: Acting,
  ) => Promise<{ ledger: TestLedger; args: CommandArgs<CommandName> }>;
  return make(busy, acting);
};

const cellsOf = (grid: string): string[][] =>
  grid
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

describe.each(Object.entries(AUTHORITY_CELLS) as [CommandName, string][])('%s', (name, grid) => {
  it('is done or refused in every cell of kind, role and sign-in', async () => {
    const kinds = ['hengyuan', 'dinggu'] as const;
    const actual: string[][] = [];
    for (const role of ROLE_CODES) {
      const row = [role as string];
      for (const acting of kinds) {
        const { ledger, args } = await sceneOf(name, acting);
        const member = acting === 'hengyuan' ? (ACTING[name] ?? acting) : acting;
        let cells = '';
        for (const acr of ASSERTIONS) {
          const outcome = await attempt(ledger, member, name, args, { roles: [role], acr });
          cells += Object.keys(OUTCOMES).find((letter) => OUTCOMES[letter] === outcome) ?? `<${outcome}>`;
        }
        row.push(cells);
      }
      actual.push(row);
    }
    expect(actual).toEqual(cellsOf(grid));
  });
});

it('lets a machine role count only with a machine key, also beside a person’s role', async () => {
  const { args } = await sceneOf('credit:issue', 'hengyuan');
  const issue = (acr: string) =>
    attempt(busy.ledger, 'hengyuan', 'credit:issue', args, { roles: ['node', 'clerk'], acr });
  expect(await issue('machine')).toBe('done');
  expect(await issue('passkey')).toBe('assertion_too_weak');
});

/** Who stands in the relationship that the command asks for, and who does not; every governor and participant has a passkey. */
const RELATIONSHIPS: readonly (readonly [CommandName, member: string, outcome: string])[] = [
  ['proposal:open', 'qichuan', 'done'],
  ['proposal:vote', 'zhengheng', 'done'],
  ['proposal:vote', 'qichuan', 'already_voted'],
  ['member:retire_key', 'hengyuan', 'done'],
  ['member:retire_key', 'qichuan', 'not_the_owner'],
  ['site:admit', 'hengyuan', 'done'],
  ['site:admit', 'qichuan', 'not_the_owner'],
  ['site:release', 'hengyuan', 'done'],
  ['site:release', 'qichuan', 'not_the_owner'],
  ['credential:register', 'qichuan', 'done'],
  ['credential:suspend', 'hengyuan', 'done'],
  ['credential:suspend', 'qichuan', 'not_the_owner'],
  ['credential:unsuspend', 'hengyuan', 'done'],
  ['credential:unsuspend', 'zhengheng', 'not_the_owner'],
  ['credential:revoke', 'hengyuan', 'done'],
  ['credential:revoke', 'zhengheng', 'not_the_owner'],
  ['credit:notice', 'hengyuan', 'done'],
  ['credit:notice', 'qichuan', 'not_the_owner'],
  ['credit:acknowledge', 'hengyuan', 'done'],
  ['credit:acknowledge', 'qichuan', 'not_the_subject'],
  ['credit:acknowledge', 'dinggu', 'not_the_subject'],
  ['credit:appeal', 'hengyuan', 'done'],
  ['credit:appeal', 'anlan', 'not_the_subject'],
  ['credit:withdraw_appeal', 'hengyuan', 'done'],
  ['credit:withdraw_appeal', 'qichuan', 'not_the_subject'],
  ['credit:resolve', 'zhengheng', 'done'],
  ['credit:resolve', 'qichuan', 'done'],
  ['credit:resolve', 'hengyuan', 'recorder_may_not_resolve'],
  ['credit:evaluate', 'hengyuan', 'done'],
  ['credit:evaluate', 'zhengheng', 'not_the_owner'],
  ['credit:issue', 'hengyuan', 'done'],
  ['credit:issue', 'qichuan', 'done'],
  ['credit:revoke_code', 'hengyuan', 'done'],
  ['credit:revoke_code', 'qichuan', 'not_the_owner'],
  ['evidence:anchor', 'hengyuan', 'done'],
  ['evidence:anchor', 'qichuan', 'anchor_invalid'],
  ['evidence:anchor', 'dinggu', 'anchor_invalid'],
];

it.each(RELATIONSHIPS)('%s about 恒远’s objects by %s: %s', async (name, member, outcome) => {
  const { args } = await sceneOf(name, 'hengyuan');
  const sending = name === 'credit:issue' ? { roles: ['assessor'] } : {};
  expect(await attempt(busy.ledger, member, name, args, sending)).toBe(outcome);
});

describe('commands about oneself', () => {
  it('refuses a founding by a member that is not among the founders', async () => {
    const { ledger, args } = await sceneOf('channel:found', 'hengyuan');
    ledger.governor('zhengheng');
    expect(await attempt(ledger, 'zhengheng', 'channel:found', args)).toBe('actor_key_unknown');
  });

  it('refuses a confirmation in another founder’s name', async () => {
    const { ledger, args } = await sceneOf('channel:confirm', 'hengyuan');
    expect(await attempt(ledger, 'qichuan', 'channel:confirm', args)).toBe('not_the_owner');
  });

  it('refuses to register another member’s key for oneself', async () => {
    const key = busy.ledger.keyOf('dinggu', 'entity').descriptor;
    expect(await attempt(busy.ledger, 'hengyuan', 'member:register_key', { key })).toBe('key_exists');
  });

  it('refuses a site name that another owns', async () => {
    expect(await attempt(busy.ledger, 'qichuan', 'site:register', { site: 'terminal' })).toBe('already_exists');
  });

  it('refuses a head of one member’s log in another’s name, whoever signed it', async () => {
    const foreign = await evidenceLog('hengyuan', busy.ledger.keyOf('qichuan', 'log')).anchor(1);
    expect(await attempt(busy.ledger, 'qichuan', 'evidence:anchor', foreign)).toBe('anchor_invalid');
  });

  it('refuses the vote of a governor admitted after the opening', async () => {
    const ledger = await openLedgerWith(['hengyuan', 'qichuan', 'zhengheng'], []);
    const proposal = ledger.id('prp');
    const proposed = {
      action: 'credit.blocklist',
      company: USCC.xingu,
      ground: 'false_repair',
      evidence: [],
      termMonths: 6,
    } as const;
    await ledger.send('hengyuan', 'proposal:open', { proposal, proposed: { ...proposed, evidence: [] } });
    await ledger.adopt({ action: 'member.admit', member: ledger.governor('tongzhou') });
    expect(await attempt(ledger, 'tongzhou', 'proposal:vote', { proposal, vote: 'for' })).toBe('forbidden');
  });
});

it('refuses a subject that judges its own appeal', async () => {
  const args = {
    company: USCC.hengyuan,
    violation: busy.hengyuan.appealed,
    outcome: 'upheld',
    commitment: testKey('log').descriptor.kid,
  } as const;
  expect(await attempt(busy.ledger, 'hengyuan', 'credit:resolve', args)).toBe('forbidden');
  expect(await attempt(busy.ledger, 'qichuan', 'credit:resolve', args)).toBe('recorder_may_not_resolve');
  expect(await attempt(busy.ledger, 'zhengheng', 'credit:resolve', args)).toBe('done');
});
