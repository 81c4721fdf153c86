import { issueCodes, recordFacts, registerPapers } from './contractors.ts';
import { claimOnPhone, setUpGates, spendMorning } from './gates.ts';
import type { Loading } from './loading.ts';
import { admitMembers, admitToSites, introducePeers, nameCompanies, openChannel, registerSites } from './network.ts';
import { enrolWorkers, registerWorkers } from './people.ts';

/** Loads STARTING-SET through the public APIs, once. A start that was cut short goes on where it stopped: every step repeats harmlessly. */
export const loadStartingSet = async (loading: Loading): Promise<void> => {
  await introducePeers(loading);
  await admitMembers(loading);
  await nameCompanies(loading);
  await registerSites(loading);
  await openChannel(loading);
  await admitToSites(loading);
  await registerPapers(loading);
  await recordFacts(loading);
  const ids = await registerWorkers(loading);
  await enrolWorkers(loading, ids, claimOnPhone(loading));
  await issueCodes(loading);
  await setUpGates(loading);
  await spendMorning(loading);
};
