import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Text } from '@anlian/contracts';
import { type Gate, gateTransport, openGateAt, readGateConfig, type Transport } from '../../gate/index.ts';
import { homeOf, namedDirectory } from '../home.ts';
import { SLIPS } from '../slips.ts';
import { type Call, UsageError, type Verb } from '../verb.ts';

/** What a guard does about an error, where the catalogue speaks to whoever runs the node. */
export const GATE_REMEDIES: NonNullable<Verb['remedies']> = {
  configuration_invalid: {
    zh: '闸机的设置已损坏：用 anlian gate init 重新填写编号；数据不会丢失',
    en: 'The gate’s settings are damaged: give the id again with anlian gate init; its data stay',
  },
  unauthenticated: {
    zh: '节点不认识这台闸机的密钥：请管理员登记（registerGate），并核对编号',
    en: 'The node does not know this gate’s key: have the administrator register it (registerGate), and check the id',
  },
};

const notSetUp = (dir: string, others: readonly string[]): Text => {
  const [zh, en] =
    others.length === 0 ? ['', ''] : [`；这里有：${others.join('、')}`, `; there are ${others.join(', ')}`];
  return {
    zh: `没有设置好的闸机 ${dir}${zh}；新闸机用 anlian gate init 设置`,
    en: `no gate is set up in ${dir}${en}; a new one is set up with anlian gate init`,
  };
};

const isGate = (dir: string): boolean => existsSync(join(dir, 'gate.json'));

/** The directory of the gate that `--gate` names. @throws {UsageError} when no gate was set up there */
const gateDirectory = (call: Call): string => {
  const dir = namedDirectory(call, 'gate', 'gates');
  if (isGate(dir)) return dir;
  const home = join(homeOf(call.context), 'gates');
  const others = existsSync(home) ? readdirSync(home).filter((name) => isGate(join(home, name))) : [];
  throw new UsageError(notSetUp(dir, others));
};

/** Which way somebody goes. */
export const directionOf = ({ flag }: Call): 'in' | 'out' => {
  if (flag('in') === flag('out')) throw new UsageError(SLIPS.eitherOr('--in', '--out'));
  return flag('in') ? 'in' : 'out';
};

/** Runs something with the gate that `--gate` names, and closes it. */
export const withGate = async <T>(
  call: Call,
  work: (gate: Gate, transport: () => Transport) => Promise<T>,
): Promise<T> => {
  const dir = gateDirectory(call);
  const { clock, monotonic, bootId, random, fetch } = call.context;
  const { node, gate: id } = readGateConfig(dir);
  const gate = await openGateAt(dir, { clock, monotonic, bootId, random });
  try {
    return await work(gate, () => gateTransport({ node, gate: id, signIn: gate.signIn, fetch, clock, random }));
  } finally {
    gate.close();
  }
};
