import { AnlianError, type ErrorCode, type Text } from '@anlian/contracts';
import { SLIPS } from '../slips.ts';
import { UsageError } from '../verb.ts';
import { at } from './print.ts';

/** How long an answer may take to become what was asked for: nodes follow the ledger, and each other, a moment behind. */
const PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 250;
/** What may be so only because a node has not heard of it yet. */
const NOT_YET: readonly ErrorCode[] = ['not_found', 'unknown_credential', 'unknown_violation', 'unknown_company'];

/** What `--until FIELD=VALUE` asks for. */
export const parseUntil = (text: string): ((answer: unknown) => boolean) => {
  const [, path, value] = /^([\w.]+)=(.*)$/.exec(text) ?? [];
  if (path === undefined)
    throw new UsageError(
      SLIPS.malformed('--until', { zh: ' 项=值，如 state=accepted', en: 'FIELD=VALUE such as state=accepted' }),
    );
  return (answer) => String(at(answer, path)) === value;
};

/** Told when the time is up. */
export const notYetSo = (until: string): Text => ({
  zh: `等了一分钟，仍不是 ${until}；以上是最后一次的回答`,
  en: `After a minute it is still not ${until}; the above is the last answer`,
});

/**
 * Asks until the answer is good, for a minute; the last answer then, or the last refusal.
 * @param isGood of an answer; one that has not come yet is asked for again
 */
export const askUntil = async (
  ask: () => Promise<unknown>,
  isGood: (answer: unknown) => boolean,
  monotonic: () => number,
): Promise<{ answer: unknown; isGood: boolean }> => {
  const deadlineMs = monotonic() + PATIENCE_MS;
  for (;;) {
    const isLast = monotonic() >= deadlineMs;
    const answer = await ask().catch((error: unknown) => {
      if (isLast || !(error instanceof AnlianError && NOT_YET.includes(error.code))) throw error;
      return undefined;
    });
    const good = answer !== undefined && isGood(answer);
    if (good || isLast) return { answer, isGood: good };
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
};
