import { type CommandArgs, type CommandName, dayOf, instantMs, type ProposedAction, stateKey } from '@anlian/contracts';
import { runCommand } from '../rules/index.ts';
import { evidenceLog } from './evidenceLog.ts';
import { testKey } from './keys.ts';
import { genesisOf, type Name, openLedgerWith, POLICY_1_HASH, TestLedger, USCC } from './ledger.ts';
import { COMMITMENT, contractorOf, governorOf } from './verbs.ts';

/** Everything a command can be about, made once: each side has a violation that is notified and one that is under appeal. */
export const busyLedger = async () => {
  const ledger = await openLedgerWith(['hengyuan', 'qichuan', 'zhengheng'], ['dinggu', 'anlan']);
  const port = governorOf(ledger, 'hengyuan');
  const maker = governorOf(ledger, 'qichuan');
  await port.registersSite('terminal');
  await maker.registersSite('paint-shop');
  const atPort = await port.admits('dinggu', 'terminal');
  const atMaker = await maker.admits('hengyuan', 'paint-shop');
  ledger.pass({ hours: 1 });

  const dinggu = {
    notified: await port.notices('dinggu', 'terminal', atPort),
    appealed: await port.notices('dinggu', 'terminal', atPort),
  };
  const hengyuan = {
    notified: await maker.notices('hengyuan', 'paint-shop', atMaker),
    appealed: await maker.notices('hengyuan', 'paint-shop', atMaker),
  };
  await contractorOf(ledger, 'dinggu').appeals(dinggu.appealed);
  await contractorOf(ledger, 'hengyuan').appeals(hengyuan.appealed);

  const insurance = await port.attests('dinggu', 'liability_insurance');
  const suspended = await port.attests('dinggu', 'safety_agreement');
  await ledger.send('hengyuan', 'credential:suspend', { credential: suspended, reason: 'under_investigation' });

  const proposal = ledger.id('prp');
  const proposed: ProposedAction = {
    action: 'credit.blocklist',
    company: USCC.xingu,
    ground: 'false_repair',
    evidence: [],
    termMonths: 6,
  };
  await ledger.send('qichuan', 'proposal:open', { proposal, proposed });

  const code = ledger.id('cod');
  const issue: CommandArgs<'credit:issue'> = {
    code,
    company: USCC.dinggu,
    claims: COMMITMENT,
    effectiveAt: ledger.now,
    score: 100,
    policyHash: POLICY_1_HASH,
    validTo: ledger.inDays(7),
  };
  await ledger.send('hengyuan', 'credit:issue', issue, { roles: ['node'] });

  const pack = { hengyuan: testKey('pack'), dinggu: testKey('entity') };
  for (const member of ['hengyuan', 'dinggu'] as const)
    await ledger.send(member, 'member:register_key', { key: ledger.hold(member, pack[member]).descriptor });
  const heads = {
    hengyuan: await evidenceLog('hengyuan', ledger.keyOf('hengyuan', 'log')).anchor(1),
    dinggu: await evidenceLog('dinggu', ledger.keyOf('dinggu', 'log')).anchor(1),
  };
  return { ledger, atPort, dinggu, hengyuan, insurance, suspended, proposal, proposed, issue, pack, heads };
};
export type Busy = Awaited<ReturnType<typeof busyLedger>>;

/** The two members whose cells are filled: a governor and a participant. */
export type Acting = 'hengyuan' | 'dinggu';

export interface Scene<N extends CommandName> {
  readonly ledger: TestLedger;
  readonly args: CommandArgs<N>;
}

const atFounding = (acting: Acting): Scene<'channel:found'> => {
  const ledger = new TestLedger(['hengyuan']);
  const founders = [ledger.governor('hengyuan'), ...(acting === 'dinggu' ? [ledger.participant('dinggu')] : [])];
  return { ledger, args: { policy: genesisOf(founders) } };
};

const atConfirmation = async (acting: Acting): Promise<Scene<'channel:confirm'>> => {
  const ledger = new TestLedger(['qichuan', 'hengyuan']);
  const policy = genesisOf([ledger.governor('qichuan'), ledger.governor('hengyuan')]);
  ledger.participant('dinggu');
  await ledger.send('qichuan', 'channel:found', { policy });
  const { genesis } = await ledger.record<{ readonly genesis: string }>(stateKey.channel());
  return { ledger, args: { member: acting, genesis } };
};

type Scenes = { readonly [N in CommandName]: (busy: Busy, acting: Acting) => Scene<N> | Promise<Scene<N>> };

const on =
  <N extends CommandName>(args: (busy: Busy, acting: Acting) => CommandArgs<N>) =>
  (busy: Busy, acting: Acting): Scene<N> => ({ ledger: busy.ledger, args: args(busy, acting) });

const about = (acting: Acting, violation: string) => ({ company: USCC[acting], violation });
const newKey = testKey('pack').descriptor;
const newEntityKey = testKey('entity').descriptor;

/** For every command, a moment in which the acting member may send it, if anybody like it may. */
const SCENES: Scenes = {
  'channel:found': (_, acting) => atFounding(acting),
  'channel:confirm': (_, acting) => atConfirmation(acting),
  'proposal:open': on((busy) => ({ proposal: `prp_${'f'.repeat(32)}`, proposed: busy.proposed })),
  'proposal:vote': on((busy) => ({ proposal: busy.proposal, vote: 'for' })),
  'member:register_key': on((_, acting) => ({ key: acting === 'hengyuan' ? newKey : newEntityKey })),
  'member:retire_key': on((busy, acting) => ({ kid: busy.pack[acting].descriptor.kid })),
  'site:register': on(() => ({ site: 'new-site' })),
  'site:admit': on(({ ledger }) => ({
    site: 'terminal',
    company: USCC.anlan,
    admission: `adm_${'f'.repeat(32)}`,
    from: ledger.now,
  })),
  'site:release': on(({ ledger, atPort }) => ({
    site: 'terminal',
    company: USCC.dinggu,
    admission: atPort,
    at: ledger.now,
  })),
  'credential:register': on(({ ledger }) => ({
    credential: `crd_${'f'.repeat(32)}`,
    subject: { kind: 'worker', commitment: COMMITMENT },
    type: 'special_work_welding',
    authority: 'emergency_management',
    commitment: COMMITMENT,
    attestation: { method: 'register', checkedAt: ledger.now },
    validFrom: dayOf(instantMs(ledger.now)),
  })),
  'credential:suspend': on(({ insurance }) => ({ credential: insurance, reason: 'under_investigation' })),
  'credential:unsuspend': on(({ suspended }) => ({ credential: suspended, reason: 'investigation_cleared' })),
  'credential:revoke': on(({ insurance }) => ({ credential: insurance, reason: 'forged' })),
  'credit:notice': on(({ ledger, atPort }) => ({
    violation: `vio_${'f'.repeat(32)}`,
    company: USCC.dinggu,
    site: 'terminal',
    admission: atPort,
    clause: 'no_helmet',
    occurredAt: ledger.now,
    commitment: COMMITMENT,
  })),
  'credit:acknowledge': on((busy, acting) => about(acting, busy[acting].notified)),
  'credit:appeal': on((busy, acting) => ({
    ...about(acting, busy[acting].notified),
    ground: 'facts_wrong',
    commitment: COMMITMENT,
  })),
  'credit:withdraw_appeal': on((busy, acting) => about(acting, busy[acting].appealed)),
  'credit:resolve': on((busy) => ({
    ...about('dinggu', busy.dinggu.appealed),
    outcome: 'upheld',
    commitment: COMMITMENT,
  })),
  'credit:evaluate': on(({ ledger }) => ({
    evaluation: `evl_${'f'.repeat(32)}`,
    company: USCC.dinggu,
    site: 'terminal',
    grade: 'B',
    occurredAt: ledger.now,
    commitment: COMMITMENT,
  })),
  'credit:issue': on(({ issue }) => ({ ...issue, code: `cod_${'f'.repeat(32)}` })),
  'credit:revoke_code': on(({ issue }) => ({ company: issue.company, code: issue.code })),
  'evidence:anchor': on((busy, acting) => busy.heads[acting]),
};

/** The recorder of a violation may not resolve it, so that the third governor does. */
const ACTING: Partial<Record<CommandName, Name>> = { 'credit:resolve': 'zhengheng' };

/** The moment of a command, and which member sends it for the governor or the participant. */
export const sceneIn = async (
  busy: Busy,
  name: CommandName,
  acting: Acting,
): Promise<Scene<CommandName> & { readonly member: Name }> => {
  const make = SCENES[name] as (busy: Busy, acting: Acting) => Promise<Scene<CommandName>>;
  const member = acting === 'hengyuan' ? (ACTING[name] ?? acting) : acting;
  return { ...(await make(busy, acting)), member };
};

/** Runs a command and keeps nothing of it, so that the next meets the same ledger. Gives `done` or the code that refused it. */
export const attempt = async (ledger: TestLedger, ...call: Parameters<TestLedger['call']>): Promise<string> => {
  try {
    await runCommand(ledger.state, ledger.call(...call));
    return 'done';
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
};
