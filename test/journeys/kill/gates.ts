import { join } from 'node:path';
import { heldPass, presentFromPhone } from '@anlian/sdk/phone';
import { expect } from 'vitest';
import { gateOf, type OpenedGate } from '../../support/gates.ts';

/** Two gates that decide while the consortium is killed. */
export interface Gates {
  readonly gates: readonly OpenedGate[];
  /** By gate: up to which number the node said that it has everything. */
  readonly uploaded: ReadonlyMap<string, number>;
  /** Pieces of work to be repeated, one for each gate. */
  readonly works: readonly ((turn: number) => Promise<void>)[];
  uploadAll(): Promise<void>;
  close(): void;
}

/** Phones of workers who may come to each gate's site; whatever the decision, it must not be lost. */
const PHONES = {
  expansion: ['worker-15', 'worker-16', 'worker-17'],
  'terminal-east': ['worker-02', 'worker-03', 'worker-04'],
} as const;

/** Opens both with the lists of the moment; the workers’ phones hold their passes. */
export const openGates = async (homeDir: string): Promise<Gates> => {
  const uploaded = new Map<string, number>();
  const upload = async ({ gate, id, transport }: OpenedGate): Promise<void> => {
    uploaded.set(id, await gate.upload(transport.upload));
  };
  const opened = await Promise.all(
    Object.entries(PHONES).map(async ([name, phones]) => {
      const one = await gateOf(homeDir, name);
      await one.gate.sync(one.transport.fetchPack);
      const dirs = phones.map((phone) => join(homeDir, 'phones', phone));
      for (const dir of dirs) expect(heldPass(dir).passId).toMatch(/^pas_/);
      const decide = async (turn: number): Promise<void> => {
        const text = await presentFromPhone(dirs[turn % dirs.length] ?? '', Date.now);
        await one.gate.decide({ text, direction: turn % 2 === 0 ? 'in' : 'out' });
        await upload(one);
      };
      return { one, decide };
    }),
  );
  const gates = opened.map(({ one }) => one);
  return {
    gates,
    uploaded,
    works: opened.map(({ decide }) => decide),
    uploadAll: async () => {
      for (const one of gates) await upload(one);
    },
    close: () => {
      for (const { gate } of gates) gate.close();
    },
  };
};
