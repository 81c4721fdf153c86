import { type AdmissionRecord, AnlianError, DAY_MS, instantMs, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { refuseBlocklisted } from '../credit/blocklisting.ts';
import { admissionsOf, requireActiveCompany, requiredOwnSite } from '../required.ts';

const EARLIEST_MS = -DAY_MS;
const LATEST_MS = 400 * DAY_MS;

/** The owner admits a company to its site. Violations can be recorded only within an admission, so it cannot be back-dated at will. */
export const admitToSite: Rule<'site:admit'> = async (read, { args }, { actor, txTime }) => {
  const { site, company, admission, from } = args;
  const { owner } = await requiredOwnSite(read, actor.org, site);
  await requireActiveCompany(read, company);
  await refuseBlocklisted(read, company, txTime);
  const aheadMs = instantMs(from) - instantMs(txTime);
  if (aheadMs < EARLIEST_MS) throw new AnlianError('too_late', { field: '/args/from' });
  if (aheadMs > LATEST_MS) throw new AnlianError('in_the_future', { field: '/args/from' });
  const earlier = await admissionsOf(read, site, company);
  if (earlier.some((one) => one.admission === admission || one.releasedAt === null))
    throw new AnlianError('already_exists', { field: '/args/admission' });

  const record: AdmissionRecord = { version: 1, site, company, admission, from, releasedAt: null };
  return {
    writes: [[stateKey.admission(site, company, admission), record]],
    events: [{ name: 'site.admitted', data: { ...args, owner } }],
    result: { admission },
  };
};
