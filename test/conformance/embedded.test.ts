import { openInProcess, openOverHttp } from '../support/embeddedLedger.ts';
import { type Differences, ledgerConformance } from './ledger.ts';

/** One operator endorses, so an attested transaction carries one signature. */
const EMBEDDED: Differences = { kind: 'embedded', attestations: 1 };

ledgerConformance('the embedded ledger, in process', openInProcess, EMBEDDED);
ledgerConformance('the embedded ledger, over HTTP', openOverHttp, EMBEDDED);
