import type { Assertion, Role } from '@anlian/contracts';

/** Who is asking, as the access token proves it. */
export interface Caller {
  /** Person or client at this node's issuer. Never leaves the node: the ledger sees a pseudonym. */
  readonly subject: string;
  /** The member on whose behalf: this node's own, a tenant of it, or (for `member_node`) the other member. */
  readonly org: string;
  readonly roles: readonly Role[];
  readonly acr: Assertion;
}

/** Variables that the middleware sets for handlers. */
export interface AppEnv {
  Variables: {
    /** Set by the guard; handlers behind it may rely on it. */
    caller: Caller;
    traceId: string;
  };
}
