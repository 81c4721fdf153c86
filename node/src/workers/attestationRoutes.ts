import {
  AnswerAttestation,
  AttestationPage,
  AttestationStanding,
  CredentialId,
  InboundAttestation,
  PageQuery,
  WorkerCredentialRegistered,
} from '@anlian/contracts';
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { NodeDeps } from '../deps.ts';
import { change } from '../http/change.ts';
import { bearer, body, creates, idempotent, reads } from '../http/openapi.ts';
import { router } from '../http/routes.ts';
import { answerAttestation, listAttestations, receiveAttestation } from './attest.ts';

const tags = ['Attestations'];

/** Workers' papers that employers ask this governor to check. */
export const attestationRoutes = (deps: NodeDeps) => {
  const { db } = deps;
  const app = router();
  app.openapi(
    createRoute({
      method: 'post',
      path: '/attestations/inbound',
      tags,
      summary: 'Ask this governor to check a worker’s paper; repeatable',
      security: bearer,
      middleware: [deps.guard('member_node')],
      request: body(InboundAttestation),
      responses: reads(AttestationStanding, 'How far the check is'),
    }),
    async (c) => c.json(await receiveAttestation(deps, c.get('caller').org, c.req.valid('json')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/attestations',
      tags,
      summary: 'Papers that wait for an assessor',
      security: bearer,
      middleware: [deps.staff('assessor', 'safety_manager')],
      request: { query: PageQuery },
      responses: reads(AttestationPage, 'Papers'),
    }),
    async (c) => {
      c.header('Cache-Control', 'no-store');
      return c.json(await listAttestations(db, c.req.valid('query')), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/attestations/{credential}/answer',
      tags,
      summary: 'Confirm a paper, which puts it on the ledger, or send it back',
      security: bearer,
      middleware: [deps.staff('assessor', 'safety_manager')],
      request: { params: z.object({ credential: CredentialId }), ...body(AnswerAttestation), ...idempotent },
      responses: creates(WorkerCredentialRegistered, 'Answered'),
    }),
    (c) => {
      const input = c.req.valid('json');
      const { credential } = c.req.valid('param');
      return change(c, deps, input, (tx) => answerAttestation(tx, deps, c.get('caller'), credential, input));
    },
  );
  return app;
};
