import {
  type DecisionInputs,
  type GivenReason,
  instantMs,
  PRESENTATION_AHEAD_SECONDS,
  PRESENTATION_MAX_AGE_SECONDS,
  WORK_CLASSES,
} from '@anlian/contracts';
import { reason } from './reasons.ts';

/** A step looks at one aspect of the inputs at a time (milliseconds) and gives the reasons it finds. */
export type Step = (inputs: DecisionInputs, nowMs: number) => GivenReason[];

const AHEAD_MS = PRESENTATION_AHEAD_SECONDS * 1000;
const MAX_AGE_MS = PRESENTATION_MAX_AGE_SECONDS * 1000;
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** Without lists no key and no person can be known, so what follows from their absence is not said. */
const hasLists = ({ pack, policy }: DecisionInputs): boolean => pack !== null && policy !== null;

export const lists: Step = (inputs) => (hasLists(inputs) ? [] : [reason('gate_unsynced')]);

export const presentation: Step = (inputs, nowMs) => {
  const shown = inputs.presentation;
  if (shown.form === 'refused')
    return shown.reason === 'key_unknown' && !hasLists(inputs) ? [] : [reason(shown.reason)];
  const found: GivenReason[] = [];
  if (nowMs >= instantMs(shown.expiresAt)) found.push(reason('pass_expired', shown.expiresAt));
  if (nowMs + AHEAD_MS < instantMs(shown.issuedAt)) found.push(reason('pass_not_yet_valid', shown.issuedAt));
  if (shown.form === 'badge') return [...found, reason('printed_badge')];
  const ageMs = nowMs - instantMs(shown.presentedAt);
  if (ageMs > MAX_AGE_MS) found.push(reason('presentation_stale', seconds(ageMs)));
  if (-ageMs > AHEAD_MS) found.push(reason('clock_ahead', seconds(-ageMs)));
  if (shown.seenBefore) found.push(reason('replayed'));
  return found;
};

export const person: Step = (inputs) => {
  const { presentation: shown, worker } = inputs;
  if (shown.form === 'refused' || !hasLists(inputs)) return [];
  if (worker === null) return [reason('not_enrolled')];
  const found: GivenReason[] = [];
  // Pass ids are the issuer's choice: another governor can issue one with the same id and a key of its own.
  if (worker.issuer !== shown.issuer) found.push(reason('key_unknown', shown.issuer));
  if (shown.form === 'pass' && worker.holderKey !== shown.holderKey) found.push(reason('holder_mismatch'));
  if (worker.employer !== shown.employer) found.push(reason('employer_mismatch'));
  if (worker.suspendedSince !== null) found.push(reason('person_suspended'));
  if (inputs.personOffSiteAt !== null && worker.points >= inputs.personOffSiteAt)
    found.push(reason('person_points', `${worker.points} / ${inputs.personOffSiteAt}`));
  return found;
};

export const authorisation: Step = ({ worker, workClass }, nowMs) => {
  if (worker === null) return [];
  const found: GivenReason[] = [];
  if (nowMs < instantMs(worker.authorisedFrom)) found.push(reason('not_authorised_yet', worker.authorisedFrom));
  if (nowMs >= instantMs(worker.authorisedTo)) found.push(reason('authorisation_ended', worker.authorisedTo));
  if (!worker.workClasses.includes(workClass)) found.push(reason('work_class_not_authorised', workClass));
  return found;
};

export const company: Step = (inputs, nowMs) => {
  const facts = inputs.company;
  if (facts === null)
    return inputs.presentation.form === 'refused' || !hasLists(inputs) ? [] : [reason('company_unknown')];
  const found: GivenReason[] = [];
  if (facts.suspendedSince !== null) found.push(reason('company_suspended'));
  if (facts.blocklistedUntil !== null && nowMs < instantMs(facts.blocklistedUntil))
    found.push(reason('company_blocklisted', facts.blocklistedUntil));
  const { admission } = facts;
  const isAdmitted =
    admission !== null &&
    nowMs >= instantMs(admission.from) &&
    (admission.releasedAt === null || nowMs < instantMs(admission.releasedAt));
  if (!isAdmitted) found.push(reason('company_not_admitted'));
  return found;
};

export const companyCode: Step = ({ code, worker }, nowMs) => {
  if (code === null) return [];
  const found: GivenReason[] = [];
  if (code.revoked) found.push(reason('code_revoked'));
  if (nowMs >= instantMs(code.expiresAt)) found.push(reason('code_expired', code.expiresAt));
  if (worker !== null && worker.employer !== code.company) found.push(reason('employer_mismatch'));
  return found;
};

/** The limit differs by class of work; beyond it every class is held, or cutting a cable would keep old lists alive. */
export const ageOfLists: Step = ({ pack, workClass }, nowMs) => {
  if (pack === null) return [];
  const ageMinutes = Math.floor((nowMs - instantMs(pack.madeAt)) / 60_000);
  const { maxPackAgeMinutes } = WORK_CLASSES[workClass];
  return ageMinutes > maxPackAgeMinutes ? [reason('pack_stale', `${ageMinutes} min > ${maxPackAgeMinutes} min`)] : [];
};

export const clock: Step = ({ clock: { state }, workClass }) => {
  if (state === 'trusted') return [];
  const given = reason(state === 'rolled_back' ? 'clock_rolled_back' : 'clock_unconfirmed');
  return [WORK_CLASSES[workClass].highRisk ? given : { ...given, effect: 'warn' }];
};
