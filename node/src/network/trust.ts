import { TrustBundle } from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import type { NodeDeps } from '../deps.ts';
import { rateLimit } from '../gates/rateLimit.ts';
import { reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { sourceOf } from '../http/source.ts';
import { type TrustListDeps, trustListOf } from './trustList.ts';

/** A verifier asks once, doctor once for each run, and a whole company may stand behind one address. */
const READS = { most: 600, windowMs: 60_000 };

/** The trust bundle as this governor knows it: whoever uses it compares the genesis hash with at least one more governor. */
export const trustRoutes = (deps: Omit<TrustListDeps, 'readBlock'> & Pick<NodeDeps, 'readBlock'>) => {
  const app = router();
  const { readBlock } = deps;
  if (readBlock === undefined) return app;
  const trustList = trustListOf({ ...deps, readBlock });
  const asked = rateLimit(deps.clock, READS);
  app.openapi(
    createRoute({
      method: 'get',
      path: '/trust',
      tags: ['Trust'],
      summary: 'Members, keys and the genesis block, for offline verification',
      responses: reads(TrustBundle, 'The trust bundle'),
    }),
    async (c) => {
      asked.count(sourceOf(c));
      return c.json(await trustList(), 200);
    },
  );
  return app;
};
