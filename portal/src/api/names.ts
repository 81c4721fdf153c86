import type { Text } from '@anlian/contracts';
import { useQuery } from '@tanstack/react-query';
import { PRIVATE, useSession } from '../session/session.tsx';

const FRESH_MS = 60_000;
const PAGE_SIZE = 500;

interface Names {
  readonly member: (member: string) => Text;
  readonly site: (site: string) => Text;
}

const same = (text: string): Text => ({ zh: text, en: text });

/** What people call members and sites; their ids where this node, or this role, has no name for them. */
export const useNames = (): Names => {
  const { client, person } = useSession();
  const companies = useQuery({
    queryKey: [PRIVATE, person, 'member-names'],
    queryFn: ({ signal }) => client.listCompanies({ query: { limit: PAGE_SIZE }, signal }),
    staleTime: FRESH_MS,
  });
  const sites = useQuery({
    queryKey: [PRIVATE, person, 'site-names'],
    queryFn: ({ signal }) => client.listSites({ signal }),
    staleTime: FRESH_MS,
  });
  return {
    member: (id) => companies.data?.items.find(({ member }) => member === id)?.name ?? same(id),
    site: (id) => sites.data?.items.find(({ site }) => site === id)?.name ?? same(id),
  };
};
