import { readFile } from 'node:fs/promises';
import { ADDRESS } from './plan.ts';

/** State of a socket that listens, in /proc/net/tcp (proc(5)). */
const LISTEN = '0A';

/**
 * Whether something listens on each of these ports of the loopback address. Asked of the kernel: a connection that is
 * dropped before its TLS handshake would stand in the logs of Fabric's programs as an error.
 */
export const listening = async (ports: readonly number[]): Promise<boolean> => {
  const sockets = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  const open = new Set(sockets.flatMap(([, local, , state]) => (state === LISTEN ? [local?.split(':')[1]] : [])));
  return ports.every((port) => open.has(port.toString(16).toUpperCase().padStart(4, '0')));
};

const operations = (port: number, path: string): Promise<Response | undefined> =>
  fetch(`http://${ADDRESS}:${port}/${path}`).catch(() => undefined);

/** Whether a peer or an orderer says at its operations port that it is well. */
export const healthy = async (operationsPort: number): Promise<boolean> => {
  const response = await operations(operationsPort, 'healthz');
  await response?.body?.cancel();
  return response?.ok === true;
};

/** Fabric's own figures: an orderer counts the Raft leaders that it saw, or names the BFT leader's id. */
const LEADER = ['consensus_etcdraft_leader_changes', 'consensus_BFT_leader_id'];
/** How often Raft wrote what it learned or asked: before a leader is known, with every election, each second or two. */
const WRITES = 'consensus_etcdraft_data_persist_duration_count';

export interface Consensus {
  /** Before an orderer knows who leads the channel, it takes no transaction. */
  readonly knowsLeader: boolean;
  /** Undefined of an orderer that says nothing, or does not order by Raft. */
  readonly writes: number | undefined;
}

/** What an orderer's own figures tell of a channel. */
export const consensusOf = async (operationsPort: number, channel: string): Promise<Consensus> => {
  const lines = ((await (await operations(operationsPort, 'metrics'))?.text()) ?? '').split('\n');
  const figure = (name: string): number | undefined => {
    const start = `${name}{channel="${channel}"} `;
    const line = lines.find((one) => one.startsWith(start));
    return line === undefined ? undefined : Number(line.slice(start.length));
  };
  return { knowsLeader: LEADER.some((name) => (figure(name) ?? 0) > 0), writes: figure(WRITES) };
};
