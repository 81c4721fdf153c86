import { AnlianError, MemberId } from '@anlian/contracts';
import { createProgress } from '../launcher/progress.ts';
import { alone, binariesFor, type Call, DONE, nothingHere } from './call.ts';
import { mspIdOf } from './founders.ts';
import { type FabricState, layoutOf, planAt, readState, writeState } from './home.ts';
import { admitMember, dismissMember, planWith } from './membership.ts';
import { fabricUp } from './network.ts';
import type { FabricPlan } from './plan.ts';
import { refuseForeignPorts } from './ports.ts';

const ACTIONS = ['add', 'remove'] as const;
type Action = (typeof ACTIONS)[number];
const isAction = (text: string | undefined): text is Action =>
  (ACTIONS as readonly (string | undefined)[]).includes(text);

const refuse = (field: string, detail: string): never => {
  throw new AnlianError('configuration_invalid', { field, detail });
};

const parse = ({ name, member }: Call): { readonly action: Action; readonly member: string } => {
  if (!isAction(name)) return refuse('member', ACTIONS.map((action) => `${action} NAME`).join(' | '));
  const read = MemberId.safeParse(member);
  return read.success ? { action: name, member: read.data } : refuse(`member ${name}`, 'NAME: a-z, 0-9, -');
};

const remember = (homeDir: string, state: FabricState, plan: FabricPlan): Promise<void> =>
  writeState(homeDir, { ...state, ...layoutOf(plan) });

/**
 * Brings an organisation into the running network, or takes one out of it: the channel's configuration by the local administrators'
 * signatures, then its processes. The network runs afterwards, and later starts know who is on it.
 */
export const member = async (call: Call): Promise<number> => {
  const { homeDir, clock, output, signal } = call;
  const { action, member: whom } = parse(call);
  const state = await readState(homeDir);
  if (!state) return nothingHere(call);
  const sources = { crypto: globalThis.crypto, now: new Date(clock()) };
  const progress = createProgress(output, clock);
  await alone(homeDir, async () => {
    const plan = planAt(homeDir, state);
    const binaries = await binariesFor(call);
    await fabricUp({ plan, binaries, sources, progress, signal });
    if (action === 'remove') {
      await remember(homeDir, state, await dismissMember(plan, whom, sources));
      return;
    }
    const newcomer = { member: whom, mspId: mspIdOf(whom), name: whom };
    // Before the channel changes: a port in use is found out too late otherwise.
    await refuseForeignPorts(planWith(plan, newcomer));
    const grown = await admitMember(plan, newcomer, sources);
    // Before its processes: a start that is cut short goes on with them.
    await remember(homeDir, state, grown);
    await fabricUp({ plan: grown, binaries, sources, progress, signal });
  });
  output.write(action === 'add' ? `已加入通道 On the channel: ${whom}\n` : `已移出通道 Off the channel: ${whom}\n`);
  return DONE;
};
