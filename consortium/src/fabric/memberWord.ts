import { MemberId, type Text } from '@anlian/contracts';
import { SLIPS } from '@anlian/sdk/slips';
import { createProgress, SILENT } from '../launcher/progress.ts';
import { oneOf, WrongUse } from '../wrongUse.ts';
import { alone, binariesFor, type Call, DONE, nothingHere, REFUSED } from './call.ts';
import { mspIdOf } from './founders.ts';
import { type FabricState, layoutOf, OWN_FOLDERS, planAt, readState, writeState } from './home.ts';
import { admitMember, dismissMember, planWith, planWithout } from './membership.ts';
import { type FabricUpOptions, fabricUp } from './network.ts';
import { everyOrganisation, type FabricPlan } from './plan.ts';
import { refuseForeignPorts } from './ports.ts';

const ACTIONS = ['add', 'remove'] as const;
type Action = (typeof ACTIONS)[number];

/** The network's own folders, and what `logs` takes for all processes of a kind. */
const RESERVED: ReadonlySet<string> = new Set([...OWN_FOLDERS, 'peer', 'orderer', 'chaincode']);

const NAME_FORM: Text = { zh: '由小写字母、数字和 - 组成的简称', en: 'a short name of a-z, 0-9 and -' };

const reserved = (name: string): Text => ({
  zh: `${name} 已被占用，请换一个名字；不可用：${[...RESERVED].join('、')}`,
  en: `${name} is reserved, choose another name; taken are ${[...RESERVED].join(', ')}`,
});

/** @throws {WrongUse} */
const parse = ({ name, member }: Call): { readonly action: Action; readonly member: string } => {
  if (name === undefined) throw new WrongUse(SLIPS.missing(`${ACTIONS.join('|')} MEMBER`));
  const action = oneOf(name, ACTIONS, 'member ');
  if (member === undefined) throw new WrongUse(SLIPS.missing(`MEMBER (member ${action} MEMBER)`));
  if (!MemberId.safeParse(member).success) throw new WrongUse(SLIPS.malformed(`MEMBER ${member}`, NAME_FORM));
  if (action === 'add' && RESERVED.has(member)) throw new WrongUse(reserved(member));
  return { action, member };
};

const remember = (homeDir: string, state: FabricState, plan: FabricPlan): Promise<void> =>
  writeState(homeDir, { ...state, ...layoutOf(plan) });

type Changing = Pick<FabricUpOptions, 'binaries' | 'sources' | 'signal'> & {
  readonly plan: FabricPlan;
  readonly whom: string;
  readonly step: (zh: string, en: string, work: () => Promise<void>) => Promise<void>;
  readonly remember: (plan: FabricPlan) => Promise<void>;
};

/** Returns whether the channel had to change. */
const add = async ({ plan, whom, step, remember, ...running }: Changing): Promise<boolean> => {
  const newcomer = { member: whom, mspId: mspIdOf(whom), name: whom };
  // Before the channel changes: a port in use is found out too late otherwise.
  await refuseForeignPorts(planWith(plan, newcomer));
  let admitted = { plan, hasChanged: false };
  await step('多数治理成员签署，加入通道', 'A majority signs, the channel takes it in', async () => {
    admitted = await admitMember(plan, newcomer, running.sources);
    // Before its processes: a start that is cut short goes on with them.
    await remember(admitted.plan);
  });
  await step('其对等节点加入通道，批准并运行链码', 'Its peer joins, approves and runs the chaincode', () =>
    fabricUp({ ...running, plan: admitted.plan, progress: SILENT }),
  );
  return admitted.hasChanged;
};

/** Returns whether the channel had to change. */
const remove = async ({ plan, whom, sources, step, remember }: Changing): Promise<boolean> => {
  let dismissed = { plan, hasChanged: false };
  await step(
    '多数治理成员签署，移出通道；停止其进程',
    'A majority signs it off the channel; its processes stop',
    async () => {
      dismissed = await dismissMember(plan, whom, sources);
      await remember(dismissed.plan);
    },
  );
  return dismissed.hasChanged;
};

const WORK = { add, remove } as const satisfies Record<Action, (changing: Changing) => Promise<boolean>>;

const outcomeOf = (action: Action, hasChanged: boolean): string => {
  if (action === 'add') return hasChanged ? '已加入通道 On the channel' : '此前已在通道 Was on the channel already';
  return hasChanged ? '已移出通道 Off the channel' : '此前已不在通道 Was off the channel already';
};

/**
 * Brings an organisation into the running network, or takes one out of it: the channel's configuration by the local administrators'
 * signatures, then its processes. The network runs afterwards, and later starts know who is on it.
 */
export const member = async (call: Call): Promise<number> => {
  const { homeDir, clock, output, signal } = call;
  const { action, member: whom } = parse(call);
  const state = await readState(homeDir);
  if (!state) return nothingHere(call, REFUSED);
  const plan = planAt(homeDir, state);
  const tell = (hasChanged: boolean): number => {
    output.write(`${outcomeOf(action, hasChanged)}: ${whom}\n`);
    return DONE;
  };
  if (action === 'remove') {
    oneOf(
      whom,
      everyOrganisation(plan).map((one) => one.member),
      'member remove ',
    );
    if (state.left?.includes(whom)) return tell(false);
  }
  const sources = { crypto: globalThis.crypto, now: new Date(clock()) };
  const progress = createProgress(output, clock);
  const step: Changing['step'] = async (zh, en, work) => {
    const one = progress.step({ zh, en }, 1);
    await work();
    one.advance();
    one.done();
  };
  const hasChanged = await alone(homeDir, async () => {
    const running = { binaries: await binariesFor(call), sources, signal };
    // The peer of a member that is off the channel already would never become ready.
    const staying = action === 'remove' ? planWithout(plan, whom) : plan;
    await step('网络在运行', 'The network runs', () =>
      fabricUp({ ...running, plan: staying, cutting: state.cutting, progress: SILENT }),
    );
    const rememberPlan = (next: FabricPlan) => remember(homeDir, state, next);
    return WORK[action]({ ...running, plan, whom, step, remember: rememberPlan });
  });
  return tell(hasChanged);
};
