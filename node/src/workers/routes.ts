import type { NodeDeps } from '../deps.ts';
import { router } from '../http/routes.ts';
import { attestationRoutes } from './attestationRoutes.ts';
import { enrolmentRoutes } from './enrolmentRoutes.ts';
import { createPeers } from './peers.ts';
import { workerRecordRoutes } from './workerRoutes.ts';

/** The employer's side: workers, their papers and trainings, and their enrolments at sites; and papers to be checked for others. */
export const workerRoutes = (deps: NodeDeps) => {
  const app = router();
  app.route('/', workerRecordRoutes(deps));
  app.route('/', attestationRoutes(deps));
  app.route('/', enrolmentRoutes(deps, { ...deps, callPeer: createPeers(deps) }));
  return app;
};
