import { AnlianError, type Language, type SiteId } from '@anlian/contracts';
import { nearest } from '../nearest.ts';
import type { OperationInput } from './input.ts';
import { at } from './print.ts';

const NOT_THERE: readonly string[] = ['not_found', 'unknown_site'];
/** As many as a person still reads in one line. */
const SHORT_LIST = 9;

const siteIn = ({ params, query, body }: OperationInput): string | undefined => {
  const site = at(params, 'site') ?? at(body, 'site') ?? at(query, 'site');
  return typeof site === 'string' ? site : undefined;
};

/**
 * A site that the node does not know, with the one that was meant or those that there are; any other error as it is.
 * @param listSites those of the node; when it refuses, the error stays as it is
 */
export const withSites = async (
  error: AnlianError,
  input: OperationInput,
  listSites: () => Promise<readonly SiteId[]>,
  language: Language,
): Promise<AnlianError> => {
  const typed = siteIn(input);
  if (typed === undefined || !NOT_THERE.includes(error.code)) return error;
  const sites = await listSites().catch((): readonly SiteId[] => []);
  if (sites.length === 0 || sites.includes(typed)) return error;
  const meant = nearest(typed, sites);
  const there = sites.slice(0, SHORT_LIST);
  const told =
    meant === undefined
      ? { zh: `有：${there.join('、')}`, en: `there are ${there.join(', ')}` }
      : { zh: `是不是 ${meant}？`, en: `did you mean ${meant}?` };
  return new AnlianError(error.code, { field: `--site ${typed}`, detail: told[language], cause: error.cause });
};
