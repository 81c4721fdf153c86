import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../test/support/consortium.ts';
import { fabricBinaries, noFabric, unless } from '../../../test/support/fabricParts.ts';
import { CHAINCODE, CHANNEL } from '../../../test/support/governors.ts';
import { killAll } from '../../../test/support/processFamily.ts';
import { until } from '../../../test/support/until.ts';
import { runningPid } from '../fabric/daemons.ts';
import { fabricDown } from '../fabric/network.ts';
import { type FabricPlan, PORTS_EACH, planFabric } from '../fabric/plan.ts';
import { everyDaemon } from '../fabric/programs.ts';
import { type RunningFabric, startFabric } from './fabric.ts';
import { SILENT } from './progress.ts';

const MEMBERS = ['hengyuan', 'qichuan', 'zhengheng'];

describe('a network that the launcher keeps up', () => {
  let plan: FabricPlan | undefined;
  let running: RunningFabric | undefined;
  afterAll(async () => {
    await running?.stop();
    if (!plan) return;
    await fabricDown(plan);
    rmSync(plan.dir, { recursive: true, force: true });
  });

  it.skipIf(noFabric)(
    unless(noFabric, 'starts a part again by the clock of that moment'),
    async () => {
      const members = MEMBERS.map((member) => ({ member, mspId: `${member}MSP`, name: member }));
      const firstPort = await freePorts(25_000, members.length * PORTS_EACH);
      const dir = mkdtempSync(join(tmpdir(), 'anlian-kept-'));
      const made = planFabric({ dir, profile: 'raft1', channel: CHANNEL, chaincode: CHAINCODE, members, firstPort });
      plan = made;
      const starts: Date[] = [];
      const sources = () => {
        const now = new Date();
        starts.push(now);
        return { crypto: globalThis.crypto, now };
      };
      const said: string[] = [];
      running = startFabric(
        {
          plan: made,
          binaries: await fabricBinaries(),
          sources,
          progress: SILENT,
          signal: new AbortController().signal,
        },
        (line) => said.push(line),
      );
      await running.ready;
      expect(starts).toHaveLength(1);

      const [daemon] = everyDaemon(made).filter(({ name }) => name === 'qichuan/peer');
      if (!daemon) throw new Error('a peer');
      const pid = await until('a peer', () => runningPid(daemon));
      const killedAt = Date.now();
      killAll([pid]);
      await until('it runs again', async () => ![undefined, pid].includes(await runningPid(daemon)), {
        withinMs: 60_000,
      });
      expect(said.join()).toContain('qichuan/peer');
      expect(starts).toHaveLength(2);
      expect(starts[1]?.getTime()).toBeGreaterThanOrEqual(killedAt);
    },
    240_000,
  );
});
