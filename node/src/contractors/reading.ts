import type { Context } from 'hono';
import type { NodeDeps } from '../deps.ts';
import type { AppEnv } from '../http/caller.ts';
import { type Scope, scopeOf } from './scope.ts';

/** Who may read about contractors; what each of them sees is for the scope to say. */
export const READERS = [
  'safety_manager',
  'assessor',
  'clerk',
  'administrator',
  'governor_delegate',
  'supervisor',
  'auditor',
] as const;

/** What one request reads with. */
interface Reading {
  readonly own: NodeDeps['config'];
  readonly scope: Scope;
  readonly nowMs: number;
}

export const readingOf = async (c: Context<AppEnv>, { db, config, clock }: NodeDeps): Promise<Reading> => ({
  own: config,
  scope: await scopeOf(db, config, c.get('caller')),
  nowMs: clock(),
});
