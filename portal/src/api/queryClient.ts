import { AnlianError, ERRORS } from '@anlian/contracts';
import { QueryClient } from '@tanstack/react-query';

/** A refusal stays one however often it is asked for; a node that is away may come back. */
const mayRecover = (error: Error): boolean => !(error instanceof AnlianError) || ERRORS[error.code].status >= 500;

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 1 && mayRecover(error),
        retryDelay: 500,
        // The node is often on this very machine: being offline says nothing about it.
        networkMode: 'always',
      },
    },
  });
