import type { NodeDeps } from '../deps.ts';
import { router } from '../http/routes.ts';
import { inboundEnrolmentRoutes } from './enrolmentRoutes.ts';
import { gateMachineRoutes } from './gateRoutes.ts';
import { passRoutes } from './passRoutes.ts';
import { siteRoutes } from './siteRoutes.ts';

/** The site owner's side: enrolments received, passes, requirements, suspensions, gates and their decisions. */
export const gateRoutes = (deps: NodeDeps) => {
  const app = router();
  for (const routes of [inboundEnrolmentRoutes, passRoutes, siteRoutes, gateMachineRoutes])
    app.route('/', routes(deps));
  return app;
};
