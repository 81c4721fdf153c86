import type { Band } from '@anlian/contracts';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { PRIVATE, useSession } from '../session/session.tsx';

const EVERY_MS = 5_000;
const PAGE_SIZE = 100;

export interface CompanyFilter {
  readonly q: string;
  readonly band: Band | undefined;
}

/** Companies that the person may see, page by page, live. */
export const useCompanies = ({ q, band }: CompanyFilter) => {
  const { client, person } = useSession();
  return useInfiniteQuery({
    queryKey: [PRIVATE, person, 'companies', { q, band }],
    queryFn: ({ pageParam, signal }) =>
      client.listCompanies({
        query: { limit: PAGE_SIZE, ...(q && { q }), ...(band && { band }), ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
};

/** One company, live. */
export const useCompany = (company: string) => {
  const { client, person } = useSession();
  return useQuery({
    queryKey: [PRIVATE, person, 'company', company],
    queryFn: ({ signal }) => client.getCompany({ params: { company }, signal }),
    refetchInterval: EVERY_MS,
  });
};

/** Its score with every reason, live. */
export const useScore = (company: string) => {
  const { client, person } = useSession();
  return useQuery({
    queryKey: [PRIVATE, person, 'score', company],
    queryFn: ({ signal }) => client.getScore({ params: { company }, signal }),
    refetchInterval: EVERY_MS,
  });
};

/** The credit policy in force: where the score starts and the bands begin. */
export const usePolicy = () => {
  const { client, person } = useSession();
  return useQuery({
    queryKey: [PRIVATE, person, 'policy'],
    queryFn: ({ signal }) => client.currentPolicy({ signal }),
    staleTime: 60_000,
  });
};

/** Its papers, live. */
export const useCredentials = (company: string) => {
  const { client, person } = useSession();
  return useQuery({
    queryKey: [PRIVATE, person, 'credentials', company],
    queryFn: ({ signal }) => client.listCredentials({ query: { company, limit: 500 }, signal }),
    refetchInterval: EVERY_MS,
  });
};

/** Violations that it was told of, live. */
export const useViolations = (company: string) => {
  const { client, person } = useSession();
  return useQuery({
    queryKey: [PRIVATE, person, 'violations', company],
    queryFn: ({ signal }) => client.listViolations({ query: { company, limit: 500 }, signal }),
    refetchInterval: EVERY_MS,
  });
};
