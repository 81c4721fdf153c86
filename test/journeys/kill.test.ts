import { afterAll, describe, expect, it } from 'vitest';
import { type Launched, launch } from '../support/consortium.ts';
import { blocksOf, governorsLedger } from '../support/governorsLedger.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import type { ServedLog } from '../support/servedLog.ts';
import { until } from '../support/until.ts';
import { FACT_KINDS, isBroken, openFacts } from './kill/facts.ts';
import { type Gates, openGates } from './kill/gates.ts';
import { logsOf, openWatch } from './kill/logs.ts';
import { requireDecisionsOnce, requireEmployedOnce, requireGrowingAnchors, requireOnLedgerOnce } from './kill/once.ts';

/** How often everything is killed: twenty in `npm run test:faults`. */
const KILLS = Number(process.env.ANLIAN_KILLS ?? 4);

describe(`a consortium that is killed ${KILLS} times while facts and gate decisions arrive`, () => {
  const home = copyOfLoadedHome();
  let consortium: Launched;
  let gates: Gates;
  const facts = openFacts(() => consortium.people);
  const watch = openWatch(home.dir);
  const startsMs: number[] = [];
  let turns = 0;

  afterAll(async () => {
    gates?.close();
    await consortium?.stop();
    home.remove();
  });

  const start = async (): Promise<void> => {
    consortium = await launch(home.dir, home.firstPort);
    startsMs.push(consortium.startMs);
  };

  /** Repeats a piece of work until it breaks. */
  const keepOn = async (work: (turn: number) => Promise<void>): Promise<void> => {
    try {
      for (;;) await work(turns++);
    } catch (error) {
      if (!isBroken(error)) throw error;
    }
  };

  const killUnderLoad = async (round: number): Promise<void> => {
    const logs = await logsOf(consortium);
    const before = facts.acknowledged.length;
    const works = [...facts.works, ...gates.works, () => watch.look(consortium.plan, logs)];
    const running = Promise.all(works.map(keepOn));
    await Promise.race([
      running,
      until('something of every kind was acknowledged', () => {
        const kinds = facts.acknowledged.slice(before).map(({ kind }) => kind);
        return FACT_KINDS.every((kind) => kinds.filter((one) => one === kind).length >= 2 + (round % 3));
      }),
    ]);
    await consortium.kill(round % 2 === 0 ? 'everything' : 'launcher');
    await running;
  };

  /** Everything is uploaded, on the ledger and anchored. */
  const settled = async (): Promise<void> => {
    await gates.uploadAll();
    for (const { member } of consortium.plan.members)
      await until(`${member} has nothing under way`, async () => {
        const auditor = consortium.people.person(member, 'auditor').api;
        const { ledger, evidence } = await auditor.getNode({});
        const { items } = await auditor.listEvidence({ query: { limit: 500 } });
        const taken = items.every(({ state }) => state === 'anchored');
        return ledger.waitingCommands === 0 && evidence.size === evidence.anchoredSize && taken;
      });
  };

  it('has every fact for which a 2xx was read exactly once, serves consistent tree heads and never goes back', {
    timeout: 60_000 + KILLS * 60_000,
  }, async () => {
    await start();
    gates = await openGates(home.dir);

    for (let round = 0; round < KILLS; round++) {
      const before = facts.acknowledged.length;
      await killUnderLoad(round);
      await start();
      await watch.look(consortium.plan, await logsOf(consortium));
      for (const one of facts.acknowledged.slice(before)) {
        // A notice that was queued when everything died is projected when the ledger has it.
        await until(`${one.kind} ${one.id} is there`, () => facts.isThere(one));
      }
      await facts.sendAgain();
    }
    await settled();

    const { people, plan } = consortium;
    const events = (await blocksOf(governorsLedger(home.dir, plan)))
      .flatMap(({ txs }) => txs.filter(({ code }) => code === 'VALID'))
      .flatMap((tx) => tx.events);
    requireOnLedgerOnce(events, facts.acknowledged, KILLS);
    await requireEmployedOnce(people.person('dinggu', 'clerk'), facts.acknowledged);
    for (const { member } of plan.members) requireGrowingAnchors(events, member);

    const logs = await logsOf(consortium);
    for (const one of gates.gates) {
      const { lastSeq } = one.gate.status();
      expect(gates.uploaded.get(one.id)).toBe(lastSeq);
      expect(lastSeq).toBeGreaterThan(3 * KILLS);
      expect(watch.heads.has(one.member)).toBe(true);
      const manager = people.person(one.member, 'safety-manager');
      await requireDecisionsOnce(one, manager, logs.get(one.member) as ServedLog);
    }
  });

  it('was resumed within a minute after every kill', () => {
    expect(startsMs).toHaveLength(KILLS + 1);
    expect(Math.max(...startsMs), startsMs.map(Math.round).join(', ')).toBeLessThan(60_000);
  });
});
