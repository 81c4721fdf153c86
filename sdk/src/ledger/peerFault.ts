import { AnlianError, decodeRefusal } from '@anlian/contracts';

/** In Fabric's own words: what `qscc` says of a transaction or block that a peer does not have. */
const UNKNOWN = /no such transaction ID|no such block number|not found in index/i;
/** What the peer's expiration filter says of a creator (core/handlers/auth/filter). */
const EXPIRED = /identity expired|certificate has expired/i;
const FOREIGN = /access denied|creator (?:certificate )?is (?:not|malformed)|unknown authority/i;

/** The error of the catalogue that a Fabric peer's text means, a rule's refusal among them; undefined where it tells of no refusal. */
export const peerFault = (text: string, cause: unknown): AnlianError | undefined => {
  const refusal = decodeRefusal(text);
  if (refusal) return refusal;
  if (UNKNOWN.test(text)) return new AnlianError('not_found', { cause });
  if (EXPIRED.test(text)) return new AnlianError('submitter_expired', { field: 'certificate', cause });
  if (FOREIGN.test(text)) return new AnlianError('submitter_unknown', { field: 'creator', cause });
  return undefined;
};
