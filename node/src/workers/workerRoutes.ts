import {
  ChangeWorker,
  CreateWorker,
  canonicalText,
  FindWorkers,
  PageQuery,
  RecordTraining,
  RegisterWorkerCredential,
  TrainingRecorded,
  toInstant,
  Worker,
  WorkerCreated,
  WorkerCredentialRegistered,
  WorkerId,
  WorkerPage,
  WorkersFound,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { change, update } from '../http/change.ts';
import { etag, ifMatch, requiredVersion } from '../http/ifMatch.ts';
import { bearer, body, creates, idempotent, reads, updates } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { registerPaper } from './register.ts';
import { changeWorker, createWorker, describeWorker, findWorker, listWorkers, searchWorkers } from './store.ts';
import { workerTrainings } from './tables.ts';

const tags = ['Workers'];
const params = z.object({ worker: WorkerId });
const READERS = ['clerk', 'safety_manager', 'administrator', 'assessor'] as const;
const WRITERS = ['clerk', 'safety_manager', 'administrator'] as const;

/** Workers of this member and of its tenants. Their names and numbers are in bodies only, never in a URL. */
export const workerRecordRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'post',
      path: '/workers',
      tags,
      summary: 'Enter a worker',
      security: bearer,
      middleware: [deps.guard(...WRITERS)],
      request: { ...body(CreateWorker), ...idempotent },
      responses: creates(WorkerCreated, 'Entered'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => {
        const { worker, version } = await createWorker(tx, deps, c.get('caller'), input);
        return { body: { worker, version } };
      });
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/workers',
      tags,
      summary: 'Workers',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { query: PageQuery },
      responses: reads(WorkerPage, 'Workers'),
    }),
    async (c) => c.json(await listWorkers(db, deps, c.get('caller'), c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/workers/search',
      tags,
      summary: 'Find workers by part of a name or the end of a number',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: body(FindWorkers),
      responses: reads(WorkersFound, 'Workers'),
    }),
    async (c) => c.json({ items: await searchWorkers(db, deps, c.get('caller'), c.req.valid('json')) }, 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/workers/{worker}',
      tags,
      summary: 'One worker with papers, trainings and enrolments',
      security: bearer,
      middleware: [deps.guard(...READERS)],
      request: { params },
      responses: reads(Worker, 'The worker'),
    }),
    async (c) => {
      const row = await findWorker(db, deps, c.get('caller'), c.req.valid('param').worker);
      c.header('ETag', etag(row.version));
      c.header('Cache-Control', 'no-store');
      return c.json(await describeWorker(db, row), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'patch',
      path: '/workers/{worker}',
      tags,
      summary: 'Change a worker; If-Match is the ETag of the worker',
      security: bearer,
      middleware: [deps.guard(...WRITERS)],
      request: { params, headers: ifMatch, ...body(ChangeWorker) },
      responses: updates(WorkerCreated, 'Changed'),
    }),
    async (c) => {
      const { worker } = c.req.valid('param');
      const seen = requiredVersion(c);
      const input = c.req.valid('json');
      return update(c, deps, async (tx) => {
        const version = await changeWorker(tx, deps, c.get('caller'), worker, seen, input);
        return { body: { worker, version } };
      });
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/workers/{worker}/credentials',
      tags,
      summary: 'Register a worker’s paper, or ask a governor to check it',
      security: bearer,
      middleware: [deps.guard('clerk', 'safety_manager', 'assessor')],
      request: { params, ...body(RegisterWorkerCredential), ...idempotent },
      responses: creates(WorkerCredentialRegistered, 'Registered, or waiting for its attestor'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => {
        const worker = await findWorker(tx, deps, c.get('caller'), c.req.valid('param').worker);
        const { credential, commandId } = await registerPaper(tx, deps, c.get('caller'), worker, input);
        return { body: { credential }, ...(commandId === undefined ? {} : { commandId }) };
      });
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/workers/{worker}/trainings',
      tags,
      summary: 'Record a training that a worker completed',
      security: bearer,
      middleware: [deps.guard(...WRITERS)],
      request: { params, ...body(RecordTraining), ...idempotent },
      responses: creates(TrainingRecorded, 'Recorded'),
    }),
    (c) => {
      const input = c.req.valid('json');
      return change(c, deps, input, async (tx) => {
        const { worker } = await findWorker(tx, deps, c.get('caller'), c.req.valid('param').worker);
        const recordedAt = toInstant(deps.clock());
        const evidence = await deps.recordEvidence(tx, {
          kind: 'record-changed',
          record: canonicalText({ v: 1, kind: 'training', worker, ...input, recordedAt }),
        });
        const [row] = await tx
          .insert(workerTrainings)
          .values({ worker, ...input, evidence, recordedAt })
          .returning({ training: workerTrainings.training });
        if (!row) throw new Error('the training was not returned');
        return { body: { training: row.training, evidence } };
      });
    },
  );
  return app;
};
