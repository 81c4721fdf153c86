import { join } from 'node:path';
import { type Gate, gateTransport, openGateAt, readGateConfig, type Transport } from '@anlian/sdk/gate';
import { localFetch, random } from './people.ts';

export interface OpenedGate {
  readonly gate: Gate;
  readonly id: string;
  readonly member: string;
  readonly transport: Transport;
}

/** One of the consortium's gates, by the name of its directory: the real program with its keys, its lists and its journal. */
export const gateOf = async (homeDir: string, name: string): Promise<OpenedGate> => {
  const dir = join(homeDir, 'gates', name);
  const { node, gate: id, member } = readGateConfig(dir);
  const gate = await openGateAt(dir, {
    clock: Date.now,
    random,
    monotonic: () => performance.now(),
    bootId: undefined,
  });
  const transport = gateTransport({ node, gate: id, signIn: gate.signIn, fetch: localFetch, clock: Date.now, random });
  return { gate, id, member, transport };
};
