import { AUTHORITY, type Authority, type CommandName, type Relationship, ROLE_CODES } from '@anlian/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { AUTHORITY_CELLS } from '../testing/authorityCells.ts';
import { type Acting, attempt, type Busy, busyLedger, sceneIn } from '../testing/authorityScenes.ts';
import { evidenceLog } from '../testing/evidenceLog.ts';
import { testKey } from '../testing/keys.ts';
import { type Name, openLedgerWith, type TestLedger, USCC } from '../testing/ledger.ts';
import { governorOf } from '../testing/verbs.ts';

const OUTCOMES: Record<string, string> = {
  '+': 'done',
  k: 'not_a_governor',
  r: 'forbidden',
  a: 'assertion_too_weak',
  u: 'actor_key_unknown',
};
const ASSERTIONS = ['passkey', 'development', 'machine', 'password'] as const;

let busy: Busy;
beforeAll(async () => {
  busy = await busyLedger();
});

const sceneOf = (name: CommandName, acting: Acting) => sceneIn(busy, name, acting);

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
        const { ledger, args, member } = await sceneOf(name, acting);
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

/** Who takes care of a paper after its attestor 启川 was expelled: 恒远, about which one of the papers is, and 正衡. */
const CARETAKERS: readonly (readonly [CommandName, member: string, about: 'dinggu' | 'hengyuan', outcome: string])[] = [
  ['credential:suspend', 'hengyuan', 'dinggu', 'done'],
  ['credential:suspend', 'zhengheng', 'dinggu', 'done'],
  ['credential:suspend', 'zhengheng', 'hengyuan', 'done'],
  ['credential:suspend', 'hengyuan', 'hengyuan', 'forbidden'],
  ['credential:suspend', 'dinggu', 'dinggu', 'not_a_governor'],
  ['credential:suspend', 'qichuan', 'dinggu', 'member_expelled'],
  ['credential:unsuspend', 'hengyuan', 'dinggu', 'done'],
  ['credential:unsuspend', 'zhengheng', 'hengyuan', 'done'],
  ['credential:unsuspend', 'hengyuan', 'hengyuan', 'forbidden'],
  ['credential:unsuspend', 'dinggu', 'dinggu', 'not_a_governor'],
  ['credential:unsuspend', 'qichuan', 'dinggu', 'member_expelled'],
  ['credential:revoke', 'hengyuan', 'dinggu', 'not_the_owner'],
  ['credential:revoke', 'zhengheng', 'dinggu', 'not_the_owner'],
  ['credential:revoke', 'qichuan', 'dinggu', 'member_expelled'],
];

describe('papers of an attestor that was expelled', () => {
  let ledger: TestLedger;
  const papers = new Map<string, string>();
  beforeAll(async () => {
    ledger = await openLedgerWith(['hengyuan', 'qichuan', 'zhengheng'], ['dinggu']);
    for (const about of ['dinggu', 'hengyuan'] as const) {
      const paper = () => governorOf(ledger, 'qichuan').attests(about, 'safety_agreement');
      const [suspended, valid] = [await paper(), await paper()];
      const reason = 'under_investigation';
      await ledger.send('qichuan', 'credential:suspend', { credential: suspended, reason });
      papers.set(`credential:suspend ${about}`, valid);
      papers.set(`credential:unsuspend ${about}`, suspended);
      papers.set(`credential:revoke ${about}`, valid);
    }
    await ledger.adopt({ action: 'member.expel', member: 'qichuan', windDownUntil: ledger.inDays(30) });
  });

  it.each(CARETAKERS)('%s by %s of a paper about %s: %s', async (name, member, about, outcome) => {
    const credential = papers.get(`${name} ${about}`) ?? '';
    const args = { credential, reason: 'under_investigation' } as const;
    const carriedBy = { carriedBy: 'zhengheng' };
    expect(await attempt(ledger, member, name, args, carriedBy)).toBe(outcome);
  });
});

const sendScene = (name: CommandName, member: Name) => async (): Promise<string> => {
  const { ledger, args } = await sceneOf(name, 'hengyuan');
  return attempt(ledger, member, name, args);
};

/** Commands that act on nothing but the member’s own, and what becomes of one about what is not its own. */
const SELVES: readonly (readonly [CommandName, about: string, outcome: string, () => Promise<string>])[] = [
  ['channel:found', 'a channel of its own', 'done', sendScene('channel:found', 'hengyuan')],
  [
    'channel:found',
    'a channel among whose founders it is not',
    'actor_key_unknown',
    async () => {
      const { ledger, args } = await sceneOf('channel:found', 'hengyuan');
      ledger.governor('zhengheng');
      return attempt(ledger, 'zhengheng', 'channel:found', args);
    },
  ],
  ['channel:confirm', 'its own founding', 'done', sendScene('channel:confirm', 'hengyuan')],
  ['channel:confirm', 'another founder’s', 'not_the_owner', sendScene('channel:confirm', 'qichuan')],
  ['member:register_key', 'a key of its own', 'done', sendScene('member:register_key', 'hengyuan')],
  [
    'member:register_key',
    'another member’s key',
    'key_exists',
    () => {
      const key = busy.ledger.keyOf('dinggu', 'entity').descriptor;
      return attempt(busy.ledger, 'hengyuan', 'member:register_key', { key });
    },
  ],
  ['site:register', 'a new site', 'done', sendScene('site:register', 'qichuan')],
  [
    'site:register',
    'another’s site',
    'already_exists',
    () => attempt(busy.ledger, 'qichuan', 'site:register', { site: 'terminal' }),
  ],
  [
    'evidence:anchor',
    'a head of another’s log that its own key signed',
    'anchor_invalid',
    async () => {
      const foreign = await evidenceLog('hengyuan', busy.ledger.keyOf('qichuan', 'log')).anchor(1);
      return attempt(busy.ledger, 'qichuan', 'evidence:anchor', foreign);
    },
  ],
];

it.each(SELVES)('%s about %s: %s', async (_name, _whose, outcome, run) => {
  expect(await run()).toBe(outcome);
});

/** With what a member is refused that does not stand in the relationship. */
const REFUSALS: Readonly<Record<Exclude<Relationship, 'any'>, readonly string[]>> = {
  owner: ['not_the_owner'],
  subject: ['not_the_subject'],
  attestor: ['not_the_owner'],
  caretaker: ['not_the_owner', 'forbidden'],
  peer_governor: ['recorder_may_not_resolve'],
  self: ['actor_key_unknown', 'not_the_owner', 'key_exists', 'already_exists', 'anchor_invalid'],
};

const asked = (Object.entries(AUTHORITY) as [CommandName, Authority][]).flatMap(([name, { relationship }]) =>
  relationship === 'any' ? [] : [[name, relationship] as const],
);

it.each(asked)('%s is shown done by its %s, and refused to who is not', (name, relationship) => {
  const outcomes = [...RELATIONSHIPS, ...SELVES]
    .filter(([command]) => command === name)
    .map(([, , outcome]) => outcome);
  expect(outcomes).toContain('done');
  expect(REFUSALS[relationship].filter((code) => outcomes.includes(code))).not.toEqual([]);
});

it('the commands of a caretaker, and no other, are done by one that did not attest', () => {
  const done = CARETAKERS.filter(([, , , outcome]) => outcome === 'done').map(([name]) => name);
  const caretaken = asked.filter(([, relationship]) => relationship === 'caretaker').map(([name]) => name);
  expect([...new Set(done)].sort()).toEqual(caretaken.sort());
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
