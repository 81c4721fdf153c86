import { openInProcess, openOverHttp } from '../support/openedLedgers.ts';
import { type Differences, ledgerConformance } from './ledger.ts';

/** One operator endorses, so an attested transaction carries one signature. The service answers in the request itself. */
const EMBEDDED: Differences = { kind: 'embedded', attestations: 1, lostAnswer: 'ledger_unavailable' };

ledgerConformance('the embedded ledger, in process', openInProcess, EMBEDDED);
ledgerConformance('the embedded ledger, over HTTP', openOverHttp, EMBEDDED);
