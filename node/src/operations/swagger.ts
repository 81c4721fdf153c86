import { createRequire } from 'node:module';
import { dirname, relative } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

const dist = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>安链 API</title><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><main id="api"></main><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body>
</html>
`;

/** Swagger UI from the installed package: nothing is loaded from outside the node. */
export const swaggerFiles = (openapi: string): Hono => {
  const app = new Hono();
  app.get('/', (c) => c.html(PAGE));
  app.get('/start.js', (c) =>
    c.body(`SwaggerUIBundle({ url: ${JSON.stringify(openapi)}, dom_id: '#api', deepLinking: true });\n`, 200, {
      'content-type': 'text/javascript; charset=utf-8',
    }),
  );
  app.use(
    '/:file{swagger-ui(-bundle)?\\.(js|css)}',
    serveStatic({ root: relative(process.cwd(), dist), rewriteRequestPath: (path) => path.replace(/^.*\//, '/') }),
  );
  return app;
};
