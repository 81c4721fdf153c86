import { count, eq } from 'drizzle-orm';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { NodeDeps } from '../deps.ts';
import { evidenceHead } from '../evidence/store.ts';
import { countAlarms } from '../ledger/alarms.ts';
import { reexecutedHeight } from '../ledger/reexecute.ts';
import { countPassedOver } from '../ledger/rulesInForce.ts';
import { ledgerCommands } from '../ledger/tables.ts';
import type { Cosigning } from '../witness/collect.ts';
import { countSplitViews } from '../witness/store.ts';

/** Prometheus metrics of one node: numbers only, no label ever holds a person's or a company's data. */
export const createMetrics = (
  deps: Pick<NodeDeps, 'db' | 'height'>,
  { awaiting }: Pick<Cosigning, 'awaiting'>,
): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'anlian_ledger_projected_height',
    help: 'Blocks of the ledger that this node has projected',
    registers: [registry],
    collect() {
      this.set(deps.height());
    },
  });
  new Gauge({
    name: 'anlian_ledger_waiting_commands',
    help: 'Commands that wait for the ledger',
    registers: [registry],
    async collect() {
      this.set(await waitingCommands(deps));
    },
  });
  new Gauge({
    name: 'anlian_ledger_reexecuted_height',
    help: 'Blocks of the ledger whose transactions this node has run again, or passed over',
    registers: [registry],
    async collect() {
      this.set(await reexecutedHeight(deps.db));
    },
  });
  new Gauge({
    name: 'anlian_ledger_passed_over_blocks',
    help: 'Blocks of the ledger that this node has not run again, since other rules were in force',
    registers: [registry],
    async collect() {
      this.set(await countPassedOver(deps.db));
    },
  });
  new Counter({
    name: 'anlian_ledger_endorsement_alarms_total',
    help: 'Endorsed transactions that this node could not reproduce',
    registers: [registry],
    // Kept in the database: it goes on counting after a restart.
    async collect() {
      this.reset();
      this.inc(await countAlarms(deps.db));
    },
  });
  new Gauge({
    name: 'anlian_evidence_leaves',
    help: 'Leaves of the evidence log',
    registers: [registry],
    async collect() {
      this.set((await evidenceHead(deps.db)).size);
    },
  });
  new Gauge({
    name: 'anlian_evidence_missing_cosignatures',
    help: 'Cosignatures that the newest head of the evidence log waits for',
    registers: [registry],
    collect() {
      const lacking = awaiting();
      this.set(lacking ? lacking.due - lacking.have : 0);
    },
  });
  new Gauge({
    name: 'anlian_witness_split_views',
    help: 'Logs of other members that showed two heads which contradict each other',
    registers: [registry],
    async collect() {
      this.set(await countSplitViews(deps.db));
    },
  });
  return registry;
};

/** Commands that wait for the ledger. */
export const waitingCommands = async ({ db }: Pick<NodeDeps, 'db'>): Promise<number> => {
  const [row] = await db.select({ waiting: count() }).from(ledgerCommands).where(eq(ledgerCommands.state, 'queued'));
  return row?.waiting ?? 0;
};
