import type { IdentityInfo, Persona, Role } from '@anlian/contracts';
import { createClient, type NodeClient } from '@anlian/sdk';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { developmentTokens } from './developmentTokens.ts';

/** Who acts on this page, and the client that speaks for them. */
export interface Session {
  readonly person: Persona;
  readonly role: Role;
  readonly client: NodeClient;
}

interface Sessions {
  readonly session: Session | undefined;
  /** Resolves once the node has given a first token. @throws {AnlianError} `unauthenticated` */
  readonly signIn: (identity: IdentityInfo, persona: IdentityInfo['personas'][number]) => Promise<void>;
  readonly signOut: () => void;
}

/** What the page takes from the browser. */
export interface Sources {
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  readonly newIdempotencyKey: () => string;
}

/** First part of the keys of queries whose answers belong to a session. */
export const PRIVATE = 'private';

const Context = createContext<Sessions | undefined>(undefined);

/** Holds the session in memory: closing or reloading the page ends it. */
export const SessionProvider = ({ sources, children }: { readonly sources: Sources; readonly children: ReactNode }) => {
  const [session, setSession] = useState<Session>();
  const queries = useQueryClient();
  const signIn = useCallback<Sessions['signIn']>(
    async (identity, { person, role }) => {
      const tokens = developmentTokens({ identity, person, fetch: sources.fetch, clock: sources.clock });
      await tokens.token();
      setSession({ person, role, client: createClient({ url: '', tokens, ...sources }) });
    },
    [sources],
  );
  const signOut = useCallback(() => {
    setSession(undefined);
    queries.removeQueries({ queryKey: [PRIVATE] });
  }, [queries]);
  const sessions = useMemo(() => ({ session, signIn, signOut }), [session, signIn, signOut]);
  return <Context value={sessions}>{children}</Context>;
};

export const useSessions = (): Sessions => {
  const sessions = useContext(Context);
  if (!sessions) throw new Error('outside of SessionProvider');
  return sessions;
};

/** The session of a part of the page that is shown to signed-in people only. */
export const useSession = (): Session => {
  const { session } = useSessions();
  if (!session) throw new Error('nobody is signed in');
  return session;
};
