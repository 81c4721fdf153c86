import { type Gate, gateTransport, openGateAt, readGateConfig, type Transport } from '../gate/index.ts';
import { namedDirectory } from './home.ts';
import type { Call } from './verb.ts';

export const GATE_OPTION = { gate: { type: 'string' } } as const;

/** Runs something with the gate that `--gate` names, and closes it. */
export const withGate = async <T>(
  call: Call,
  work: (gate: Gate, transport: () => Transport) => Promise<T>,
): Promise<T> => {
  const dir = namedDirectory(call, 'gate', 'gates');
  const { clock, monotonic, bootId, random, fetch } = call.context;
  const { node, gate: id } = readGateConfig(dir);
  const gate = await openGateAt(dir, { clock, monotonic, bootId, random });
  try {
    return await work(gate, () => gateTransport({ node, gate: id, signIn: gate.signIn, fetch, clock, random }));
  } finally {
    gate.close();
  }
};
