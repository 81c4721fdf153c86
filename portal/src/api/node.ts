import { useQuery } from '@tanstack/react-query';
import { usePublicClient } from './publicClient.ts';

const NODE_EVERY_MS = 3_000;
const IDENTITY_EVERY_MS = 60_000;

/** Who this node is and how it stands, live. */
export const useNode = () => {
  const client = usePublicClient();
  return useQuery({
    queryKey: ['node'],
    queryFn: ({ signal }) => client.getNode({ signal }),
    refetchInterval: NODE_EVERY_MS,
  });
};

/** Where and how to sign in. */
export const useIdentity = () => {
  const client = usePublicClient();
  return useQuery({
    queryKey: ['identity'],
    queryFn: ({ signal }) => client.getIdentity({ signal }),
    refetchInterval: IDENTITY_EVERY_MS,
  });
};
