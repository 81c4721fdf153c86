import { type SiteRecord, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { requireNew } from '../required.ts';

/** A governor names a site of its own; the name is the channel's, so nobody else can take it. */
export const registerSite: Rule<'site:register'> = async (read, { args: { site } }, { actor }) => {
  await requireNew(read, stateKey.site(site), '/args/site');
  const record: SiteRecord = { version: 1, site, owner: actor.org };
  return {
    writes: [[stateKey.site(site), record]],
    events: [{ name: 'site.registered', data: { site, owner: actor.org } }],
    result: { site },
  };
};
