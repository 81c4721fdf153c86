import { CompanyId } from '@anlian/contracts';
import { useSyncExternalStore } from 'react';

/** Where the page is: the company that is open, if any. Only ids of companies are ever in the address. */
export const useOpenCompany = (): string | undefined => companyIn(useSyncExternalStore(onHashChange, currentHash));

/** Address of a company's details. */
export const companyHref = (company: string): string => `${PREFIX}${company}`;

/** Address of the list. */
export const LIST_HREF = '#/';

const PREFIX = '#/companies/';

const companyIn = (hash: string): string | undefined => {
  const company = CompanyId.safeParse(hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : '');
  return company.success ? company.data : undefined;
};

const currentHash = (): string => location.hash;

const onHashChange = (changed: () => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};
