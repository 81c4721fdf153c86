import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DECISION_TYPE, DecisionRecord } from '@anlian/contracts';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import type { Gate, GateOptions } from './gate.ts';
import { openJws } from './jws.ts';
import { makeWorld, type World } from './world.fixture.ts';

/** One world for the tests of a file, and a directory for the gate of each. */
export interface GateBench {
  readonly world: World;
  readonly dir: string;
  /** A gate that has its lists, closed when the test ends. */
  syncedGate(changes?: Partial<GateOptions>): Promise<Gate>;
}

export const gateBench = (): GateBench => {
  const root = mkdtempSync(join(tmpdir(), 'anlian-gate-'));
  let world: World;
  let dir: string;
  let directories = 0;
  beforeAll(async () => {
    world = await makeWorld();
  });
  beforeEach(() => {
    dir = join(root, String(++directories));
  });
  afterAll(() => rmSync(root, { recursive: true }));
  return {
    get world() {
      return world;
    },
    get dir() {
      return dir;
    },
    syncedGate: async (changes = {}) => {
      const gate = await world.gate(dir, changes);
      onTestFinished(() => gate.close());
      return gate;
    },
  };
};

export const recordOf = async (jws: string, gate: Gate): Promise<DecisionRecord> =>
  DecisionRecord.parse(await openJws(jws, DECISION_TYPE, [gate.key]));
