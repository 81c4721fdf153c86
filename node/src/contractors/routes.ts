import type { NodeDeps } from '../deps.ts';
import { router } from '../http/routes.ts';
import { codeRoutes } from './codeRoutes.ts';
import type { SuspensionsOf } from './companies.ts';
import { companyRoutes } from './companyRoutes.ts';
import { credentialRoutes } from './credentialRoutes.ts';
import { disclosureRoutes, policyRoutes } from './policyRoutes.ts';
import { violationRoutes } from './violationRoutes.ts';

/** Contractors: companies with their scores, papers, violations with appeals, evaluations, credit codes and policies. */
export const contractorRoutes = (deps: NodeDeps, suspensionsOf: SuspensionsOf) => {
  const app = router();
  app.route('/', companyRoutes(deps, suspensionsOf));
  for (const routes of [credentialRoutes, violationRoutes, codeRoutes, policyRoutes, disclosureRoutes])
    app.route('/', routes(deps));
  return app;
};
