import type { Text } from '../text.ts';
import { DAY_MS, instantMs, toInstant } from '../time.ts';

/**
 * Days for which a proposal can be voted on. The governors' safety committees meet monthly, so each has met once; a proposal that could
 * be adopted much later would be decided by an electorate, and on facts, that nobody remembers.
 */
const PROPOSAL_TERM_DAYS = 30;

/** The instant at which a proposal opened at another lapses. */
export const proposalLapsesAt = (openedAt: string): string =>
  toInstant(instantMs(openedAt) + PROPOSAL_TERM_DAYS * DAY_MS);

/** What a proposal is at an instant; only `open` takes votes. */
export const PROPOSAL_STATES = {
  open: { zh: '表决中', en: 'Open' },
  adopted: { zh: '已通过', en: 'Adopted' },
  rejected: { zh: '未通过', en: 'Rejected' },
  lapsed: { zh: '逾期未决', en: 'Lapsed undecided' },
} as const satisfies Record<string, Text>;
export type ProposalState = keyof typeof PROPOSAL_STATES;
export const PROPOSAL_STATE_CODES = Object.keys(PROPOSAL_STATES) as [ProposalState, ...ProposalState[]];

/** How the votes on a proposal stand: all of its state that is ever written. */
export type ProposalOutcome = Exclude<ProposalState, 'lapsed'>;

/** The state of a proposal at an instant (milliseconds since the epoch). That it lapsed follows from time and is never written. */
export const proposalState = (
  { outcome, lapsesAt }: { readonly outcome: ProposalOutcome; readonly lapsesAt: string },
  atMs: number,
): ProposalState => (outcome === 'open' && atMs >= instantMs(lapsesAt) ? 'lapsed' : outcome);
