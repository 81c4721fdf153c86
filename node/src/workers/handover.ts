import type { Logger } from 'pino';
import type { NodeDeps } from '../deps.ts';
import { dueAttestations, requestAttestation } from './attest.ts';
import { type DeliverDeps, deliver, dueEnrolments } from './deliver.ts';
import { createPeers } from './peers.ts';

const BATCH = 50;

export interface Handover {
  /** Something became due: do not wait for the next look. */
  wake(): void;
  stop(): Promise<void>;
}

/** One round: everything that is due now, each on its own, so that one member's silence holds back nobody else's. */
export const handOverDue = async (deps: DeliverDeps): Promise<void> => {
  await Promise.all((await dueAttestations(deps, BATCH)).map((credential) => requestAttestation(deps, credential)));
  await Promise.all((await dueEnrolments(deps, BATCH)).map((enrolment) => deliver(deps, enrolment)));
};

/** Hands enrolments and papers to other members for as long as the node runs. What is due is in the database: a restart loses nothing. */
export const startHandover = (
  node: NodeDeps,
  { intervalMs = 1_000 }: { readonly intervalMs?: number } = {},
): Handover => {
  const deps: DeliverDeps = { ...node, callPeer: createPeers(node) };
  let running: Promise<void> | undefined;
  let again = false;
  const look = (): void => {
    if (running) {
      again = true;
      return;
    }
    running = handOverDue(deps)
      .catch((error: unknown) => fault(deps.log, error))
      .finally(() => {
        running = undefined;
        if (again) {
          again = false;
          look();
        }
      });
  };
  const timer = setInterval(look, intervalMs);
  look();
  return {
    wake: look,
    stop: async () => {
      clearInterval(timer);
      again = false;
      await running;
    },
  };
};

const fault = (log: Logger, error: unknown): void =>
  log.error({ err: error instanceof Error ? error.name : 'unknown' }, 'the outbox of enrolments could not be read');
