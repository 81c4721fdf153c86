import { type EndorsedAnswerJson, fromBase64Url, toBase64Url } from '@anlian/contracts';
import type { EndorsedAnswer } from '@anlian/sdk/ledger';

/** An endorsed answer as proof files and the carrier spell it. */
export const endorsedToJson = ({ proposal, payload, endorsements }: EndorsedAnswer): EndorsedAnswerJson => ({
  proposal: toBase64Url(proposal),
  payload: toBase64Url(payload),
  endorsements: endorsements.map(({ endorser, signature }) => ({
    endorser: toBase64Url(endorser),
    signature: toBase64Url(signature),
  })),
});

/** The inverse of {@link endorsedToJson}. */
export const endorsedFromJson = ({ proposal, payload, endorsements }: EndorsedAnswerJson): EndorsedAnswer => ({
  proposal: fromBase64Url(proposal),
  payload: fromBase64Url(payload),
  endorsements: endorsements.map(({ endorser, signature }) => ({
    endorser: fromBase64Url(endorser),
    signature: fromBase64Url(signature),
  })),
});
