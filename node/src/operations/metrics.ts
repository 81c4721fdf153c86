import { count, eq } from 'drizzle-orm';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { NodeDeps } from '../deps.ts';
import { evidenceHead } from '../evidence/store.ts';
import { ledgerCommands } from '../ledger/tables.ts';

/** Prometheus metrics of one node: numbers only, no label ever holds a person's or a company's data. */
export const createMetrics = (deps: Pick<NodeDeps, 'db' | 'height'>): Registry => {
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
    name: 'anlian_evidence_leaves',
    help: 'Leaves of the evidence log',
    registers: [registry],
    async collect() {
      this.set((await evidenceHead(deps.db)).size);
    },
  });
  return registry;
};

/** Commands that wait for the ledger. */
export const waitingCommands = async ({ db }: Pick<NodeDeps, 'db'>): Promise<number> => {
  const [row] = await db.select({ waiting: count() }).from(ledgerCommands).where(eq(ledgerCommands.state, 'queued'));
  return row?.waiting ?? 0;
};
