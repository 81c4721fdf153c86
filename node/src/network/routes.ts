import type { NodeDeps } from '../deps.ts';
import { router } from '../http/routes.ts';
import { channelRoutes } from './channel.ts';
import { memberRoutes } from './members.ts';
import { proposalRoutes } from './proposals.ts';
import { siteRoutes } from './sites.ts';
import { tenantRoutes } from './tenants.ts';
import { trustRoutes } from './trust.ts';

/** What the members share: the channel, its members and keys, votes, sites and admissions. */
export const networkRoutes = (deps: NodeDeps) => {
  const app = router();
  for (const routes of [channelRoutes, proposalRoutes, memberRoutes, tenantRoutes, siteRoutes, trustRoutes])
    app.route('/', routes(deps));
  return app;
};
