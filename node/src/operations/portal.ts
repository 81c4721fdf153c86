import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { AppEnv } from '../http/caller.ts';

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The names of built assets hold their content's hash; every other file is asked for again each time. */
const cacheControl = (path: string): string =>
  path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';

/** The built portal, served by the node itself. */
export const portalFiles = (): Hono<AppEnv> => {
  const dist = join(dirname(createRequire(import.meta.url).resolve('@anlian/portal/package.json')), 'dist');
  const app = new Hono<AppEnv>();
  app.use(compress());
  app.use(async (c, next) => {
    await next();
    if (c.res.ok) c.header('cache-control', cacheControl(c.req.path));
    c.header('content-security-policy', CONTENT_SECURITY_POLICY);
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
  });
  app.get('*', serveStatic({ root: relative(process.cwd(), dist) }));
  return app;
};
