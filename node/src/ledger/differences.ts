import type { RuleOutcome } from '@anlian/chaincode/rules';
import { CHAINCODE_EVENT_NAME, canonicalBytes, type ExecutionDifference } from '@anlian/contracts';
import { type ExecutedTransaction, RESPONSE_OK, sameBytes } from '@anlian/sdk/ledger';

type Endorsed = Pick<ExecutedTransaction, 'writes' | 'writesMore' | 'event' | 'status' | 'result'>;

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameBytes(a, b);

/** Of two writes to one key the later counts, on either side. */
const sameWrites = (outcome: RuleOutcome, { writes, writesMore }: Endorsed): boolean => {
  const own = new Map(outcome.writes);
  const theirs = new Map(writes.map(({ key, value }) => [key, value]));
  return (
    !writesMore &&
    own.size === theirs.size &&
    [...own].every(
      ([key, value]) =>
        theirs.has(key) &&
        same(theirs.get(key), value === null || value === undefined ? undefined : canonicalBytes(value)),
    )
  );
};

const sameEvents = ({ events }: RuleOutcome, { event }: Endorsed): boolean =>
  events.length === 0
    ? event === undefined
    : event?.name === CHAINCODE_EVENT_NAME && sameBytes(event.payload, canonicalBytes(events));

const sameResult = ({ result }: RuleOutcome, endorsed: Endorsed): boolean =>
  endorsed.status === RESPONSE_OK && sameBytes(endorsed.result, canonicalBytes(result ?? null));

/** In what the rules' own outcome differs from what was endorsed, by name. The values may be anything and go nowhere. */
export const differencesOf = (outcome: RuleOutcome, endorsed: Endorsed): readonly ExecutionDifference[] => [
  ...(sameWrites(outcome, endorsed) ? [] : (['writes'] as const)),
  ...(sameEvents(outcome, endorsed) ? [] : (['events'] as const)),
  ...(sameResult(outcome, endorsed) ? [] : (['result'] as const)),
];
