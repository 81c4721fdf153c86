import { eq } from 'drizzle-orm';
import type { Projector } from '../ledger/project.ts';
import { attestationRequests, workerPapers } from './tables.ts';

/** A paper is registered when the ledger says so, whoever carried it there. */
export const workersProjector: Projector = {
  'credential.registered': async (tx, { credential, attestor }) => {
    await tx
      .update(workerPapers)
      .set({ state: 'registered', attestor, sendAt: null })
      .where(eq(workerPapers.credential, credential));
    await tx
      .update(attestationRequests)
      .set({ state: 'registered', sealed: null })
      .where(eq(attestationRequests.credential, credential));
  },
};
