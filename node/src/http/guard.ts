import { AnlianError, type Role } from '@anlian/contracts';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv, Caller } from './caller.ts';

/** Lets pass who holds at least one of the roles, and sets `caller`. No token or a bad one: 401; a good one without the role: 403. */
export type Guard = (...roles: readonly [Role, ...Role[]]) => MiddlewareHandler<AppEnv>;

/** The same, for what belongs to the node itself: a tenant's people do not pass, whatever their role in their own company. */
export const staffGuard =
  (guard: Guard, member: string): Guard =>
  (...roles) => {
    const holdsRole = guard(...roles);
    return (c, next) =>
      holdsRole(c, () => {
        if (c.get('caller').org !== member)
          throw new AnlianError('forbidden', { detail: `for people of ${member} itself` });
        return next();
      });
  };

/**
 * The one guard of the API.
 * @param verify checks an access token of this node's issuer; throws `unauthenticated`
 */
export const createGuard =
  (verify: (token: string) => Promise<Caller>): Guard =>
  (...roles) =>
  async (c, next) => {
    const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (!token) throw new AnlianError('unauthenticated');
    const caller = await verify(token);
    if (!caller.roles.some((role) => roles.includes(role)))
      throw new AnlianError('forbidden', { detail: `needs ${roles.join(' or ')}` });
    c.set('caller', caller);
    await next();
  };
