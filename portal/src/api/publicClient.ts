import type { NodeClient } from '@anlian/sdk';
import { createContext, useContext } from 'react';

/** The node's operations that need no sign-in. */
export const PublicClient = createContext<NodeClient | undefined>(undefined);

export const usePublicClient = (): NodeClient => {
  const client = useContext(PublicClient);
  if (!client) throw new Error('outside of PublicClient');
  return client;
};
