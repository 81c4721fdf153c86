import { PROBLEM_MEDIA_TYPE, Problem } from '@anlian/contracts';
import { z } from '@hono/zod-openapi';

const problemResponse = (description: string) => ({
  description,
  content: { [PROBLEM_MEDIA_TYPE]: { schema: Problem } },
});

/** Problems that any guarded route may answer. */
const PROBLEMS = {
  400: problemResponse('The request is not in the expected form; `errors` lists every fault'),
  401: problemResponse('No valid access token'),
  403: problemResponse('The role may not do this'),
  404: problemResponse('Not found, or not yours to see'),
  409: problemResponse('In conflict with what is there'),
  412: problemResponse('Somebody changed it first'),
  413: problemResponse('More than the node takes in one request'),
  422: problemResponse('Understood, and refused by a rule'),
  428: problemResponse('A header that this call must carry is missing'),
  429: problemResponse('Too many requests'),
  500: problemResponse('A fault of the node; its log has the `traceId`'),
  503: problemResponse('The ledger or the database cannot be reached'),
  507: problemResponse('The node’s disk is full'),
} as const;

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** Responses of a reading route. */
export const reads = <T extends z.ZodType>(schema: T, description: string) => ({
  200: json(schema, description),
  ...PROBLEMS,
});

/** Responses of a route that changes something: 201 when done, 202 while it waits for the ledger. */
export const creates = <T extends z.ZodType>(schema: T, description: string) => ({
  201: json(schema, description),
  202: json(schema, `${description}; it waits for the ledger`),
  ...PROBLEMS,
});

/** Responses of an update: 200 when done, 202 while it waits for the ledger. */
export const updates = <T extends z.ZodType>(schema: T, description: string) => ({
  200: json(schema, description),
  202: json(schema, `${description}; it waits for the ledger`),
  ...PROBLEMS,
});

/** A JSON request body. */
export const body = <T extends z.ZodType>(schema: T) => ({
  body: { required: true, content: { 'application/json': { schema } } },
});

/**
 * A header that every caller must send. Validation lets its absence pass, so that the handler answers with the code of that very
 * header in place of a general one.
 */
export const requiredHeader = <N extends string>(name: N, description: string) =>
  z.object({
    [name]: z
      .string()
      .optional()
      .openapi({ param: { required: true }, description }),
  });

/** Headers of a creating call; `change` refuses the call without it. */
export const idempotent = {
  headers: requiredHeader(
    'idempotency-key',
    'Chosen by the caller; the same key repeats the answer in place of the change',
  ),
};

export const bearer = [{ bearer: [] }];
