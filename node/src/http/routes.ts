import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from './caller.ts';
import { invalidInput } from './problem.ts';

/** A router of one capability: what does not parse is answered with every fault at once. */
export const router = (): OpenAPIHono<AppEnv> =>
  new OpenAPIHono<AppEnv>({
    strict: false,
    defaultHook: (result) => {
      if (!result.success) throw invalidInput(result.error);
    },
  });
