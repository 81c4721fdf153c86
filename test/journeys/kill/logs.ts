import { type ConsortiumPlan, memberUrl } from '@anlian/consortium/launcher';
import { expect } from 'vitest';
import type { Launched } from '../../support/consortium.ts';
import { governorsLedger } from '../../support/governorsLedger.ts';
import { localFetch } from '../../support/people.ts';
import { type Head, type ServedLog, servedLog } from '../../support/servedLog.ts';

/** Every member's evidence log, by its short name. */
export type ServedLogs = ReadonlyMap<string, ServedLog>;

export const logsOf = async ({ plan, people }: Launched): Promise<ServedLogs> => {
  const trust = await people.person('hengyuan', 'auditor').api.getTrust({});
  return new Map(
    plan.members.map((member) => [member.member, servedLog(memberUrl(member), member.member, trust, localFetch)]),
  );
};

/** Holds the consortium to what it said of itself before: the ledger’s height, and the heads of its logs. */
export const openWatch = (homeDir: string) => {
  const heads = new Map<string, Head>();
  let highest = 0;
  return {
    heads: heads as ReadonlyMap<string, Head>,
    look: async (plan: ConsortiumPlan, logs: ServedLogs): Promise<void> => {
      const { height } = await governorsLedger(homeDir, plan).describe();
      expect(height).toBeGreaterThanOrEqual(highest);
      highest = height;
      for (const [member, log] of logs) {
        const head = await log.head();
        const before = heads.get(member);
        if (!head) expect(before, `${member} had a head`).toBeUndefined();
        else {
          if (before) await log.requireConsistent(before, head);
          heads.set(member, head);
        }
      }
    },
  };
};
