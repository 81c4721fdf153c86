import {
  AnlianError,
  chooseLanguage,
  ERRORS,
  type ErrorCode,
  type FieldFault,
  PROBLEM_MEDIA_TYPE,
  type Problem,
} from '@anlian/contracts';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import type { $ZodError } from 'zod/v4/core';
import { databaseError, loggableDatabaseError } from '../db/errors.ts';
import type { AppEnv } from './caller.ts';
import { framesOf } from './frames.ts';

/** An RFC 9457 response in the caller's language. */
export const problem = (c: Context<AppEnv>, error: AnlianError): Response => {
  const spec = ERRORS[error.code];
  const language = chooseLanguage(c.req.header('accept-language'));
  const body: Problem = {
    type: `urn:anlian:error:${error.code}`,
    title: spec.text[language],
    status: spec.status,
    code: error.code,
    remedy: spec.remedy[language],
    traceId: c.get('traceId'),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.errors === undefined ? {} : { errors: [...error.errors] }),
  };
  return c.body(JSON.stringify(body), spec.status, {
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-language': language,
  });
};

/** Faults of a zod check as our own error: every fault at once; values are never quoted, since they may be personal data. */
export const invalidInput = (error: $ZodError): AnlianError => {
  const errors: FieldFault[] = error.issues.map((issue) => {
    const params = 'params' in issue ? (issue.params as { error?: string } | undefined) : undefined;
    return { field: `/${issue.path.join('/')}`, code: params?.error ?? issue.code, detail: issue.message };
  });
  const own = errors.find((fault): fault is FieldFault & { code: ErrorCode } => Object.hasOwn(ERRORS, fault.code));
  const first = own ?? errors[0];
  return new AnlianError(own?.code ?? 'invalid_input', { errors, ...(first ? { field: first.field } : {}) });
};

/** Turns whatever a handler throws into a problem. What is unexpected is logged without its message's values and answered as `internal_error`. */
export const problemHandler =
  (log: Logger): ErrorHandler<AppEnv> =>
  (error, c) => {
    if (error instanceof AnlianError) return problem(c, error);
    if (error instanceof HTTPException)
      return problem(
        c,
        new AnlianError(
          error.status === 401 ? 'unauthenticated' : error.status === 413 ? 'payload_too_large' : 'invalid_input',
          { cause: error },
        ),
      );
    const code = databaseError(error) ?? 'internal_error';
    log.error(
      {
        traceId: c.get('traceId'),
        code,
        database: loggableDatabaseError(error),
        name: error.name,
        frames: framesOf(error),
      },
      'request failed',
    );
    return problem(c, new AnlianError(code));
  };
