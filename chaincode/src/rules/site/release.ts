import { type AdmissionRecord, AnlianError, DAY_MS, instantMs, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { refuseFuture, refuseLate } from '../lateness.ts';
import { requiredOwnSite } from '../required.ts';

/** The owner ends an admission, and says so within a day: an older end would undo what was noticed under it since. */
export const releaseFromSite: Rule<'site:release'> = async (read, { args }, context) => {
  const { site, company, admission, at } = args;
  const { owner } = await requiredOwnSite(read, context.actor.org, site);
  const key = stateKey.admission(site, company, admission);
  const record = await read.get<AdmissionRecord>(key);
  if (record === undefined) throw new AnlianError('not_admitted', { field: '/args/admission' });
  if (record.releasedAt !== null) throw new AnlianError('already_released', { field: '/args/admission' });
  if (instantMs(at) < instantMs(record.from)) throw new AnlianError('invalid_period', { field: '/args/at' });
  refuseFuture(at, context, '/args/at');
  refuseLate(at, DAY_MS, context, '/args/at');

  const released: AdmissionRecord = { ...record, version: record.version + 1, releasedAt: at };
  return {
    writes: [[key, released]],
    events: [{ name: 'site.released', data: { ...args, owner } }],
    result: { admission },
  };
};
