import {
  addMonths,
  type Band,
  CREDENTIAL_TYPES,
  type CredentialType,
  DAY_MS,
  type DecisionInputs,
  dayEndMs,
  dayStartMs,
  type Effect,
  GATE_REASONS,
  type GateReason,
  type GivenReason,
  instantMs,
  type Need,
  type Requirement,
} from '@anlian/contracts';
import { isSuperseded, judgePaper, type Shortfall, shortfallOf } from './papers.ts';
import { milder, reason } from './reasons.ts';

type FaultCodes = Readonly<Record<Shortfall['fault'], GateReason>>;

const WORKER_PAPER: FaultCodes = {
  missing: 'certificate_missing',
  not_yet_valid: 'certificate_not_yet_valid',
  expired: 'certificate_expired',
  review_overdue: 'certificate_review_overdue',
  recheck_due: 'certificate_recheck_due',
  suspended: 'certificate_suspended',
  revoked: 'certificate_revoked',
};
const COMPANY_PAPER: FaultCodes = {
  ...WORKER_PAPER,
  missing: 'company_document_missing',
  expired: 'company_document_expired',
  suspended: 'company_document_suspended',
  revoked: 'company_document_revoked',
};
const INSURANCE: FaultCodes = { ...COMPANY_PAPER, expired: 'insurance_expired' };

const codesFor = (type: Shortfall['type']): FaultCodes => {
  const { subject, lapse }: CredentialType = CREDENTIAL_TYPES[type];
  if (lapse === 'insurance') return INSURANCE;
  return subject === 'worker' ? WORKER_PAPER : COMPANY_PAPER;
};

/**
 * The site's policy states the effect; the catalogue bounds it. A recheck that is due is the attestor's homework and never more
 * than a hold, whatever the policy says of the paper.
 */
const required = (
  { id, effect }: Requirement,
  code: GateReason,
  detail: string | null,
  atMost: Effect = GATE_REASONS[code].effect,
): GivenReason => ({ ...reason(code, detail), effect: milder(effect, atMost), requirement: id });

const isInGrace = ({ graceDays }: Requirement, lapsedMs: number | null, nowMs: number): boolean =>
  lapsedMs !== null && nowMs < lapsedMs + graceDays * DAY_MS;

const paperReason = (requirement: Requirement, shortfall: Shortfall, nowMs: number): GivenReason => {
  const { fault, type, day, lapsedMs } = shortfall;
  const detail = [type, day].filter((part) => part !== null).join(' ');
  if (shortfall.isInRegisterLag) return required(requirement, 'renewal_in_register_lag', detail);
  if (isInGrace(requirement, lapsedMs, nowMs)) return required(requirement, 'in_grace', detail);
  return required(requirement, codesFor(type)[fault], detail);
};

type NeedOf<N extends Need['need']> = Extract<Need, { need: N }>;
type Judge<N extends Need['need']> = (
  need: NeedOf<N>,
  requirement: Requirement,
  inputs: DecisionInputs,
  nowMs: number,
) => GivenReason | null;

const workerCertificate: Judge<'worker_certificate'> = ({ types }, requirement, { worker }, nowMs) => {
  const shortfall = worker && shortfallOf(types, worker.papers, nowMs);
  if (shortfall?.fault === 'missing') return required(requirement, 'certificate_missing', types.join(' | '));
  return shortfall && paperReason(requirement, shortfall, nowMs);
};

const companyDocument: Judge<'company_document'> = ({ types }, requirement, { company }, nowMs) => {
  const shortfall = company && shortfallOf(types, company.papers, nowMs);
  if (shortfall?.fault === 'missing') return required(requirement, 'company_document_missing', types.join(' | '));
  return shortfall && paperReason(requirement, shortfall, nowMs);
};

const workerTraining: Judge<'worker_training'> = ({ course }, requirement, { worker }, nowMs) => {
  if (worker === null) return null;
  const days = worker.training.filter((training) => training.course === course).map(({ validTo }) => validTo);
  const last = days.toSorted().at(-1);
  if (last === undefined) return required(requirement, 'training_missing', course);
  const lapsedMs = dayEndMs(last);
  if (nowMs < lapsedMs) return null;
  const code = isInGrace(requirement, lapsedMs, nowMs) ? 'in_grace' : 'training_expired';
  return required(requirement, code, `${course} ${last}`);
};

/** The best cover among the policies in force; a policy that is not in force covers nobody. */
const insuranceCover: Judge<'insurance_cover'> = ({ minPerPersonYuan }, requirement, { company }, nowMs) => {
  if (company === null) return null;
  const shortfall = shortfallOf(['liability_insurance'], company.papers, nowMs);
  if (shortfall !== null) return paperReason(requirement, shortfall, nowMs);
  const covers = company.papers
    .filter(
      (paper) =>
        paper.type === 'liability_insurance' && !isSuperseded(paper, nowMs) && judgePaper(paper, nowMs).fault === null,
    )
    .map(({ coverPerPersonYuan }) => coverPerPersonYuan ?? 0);
  const best = Math.max(...covers);
  return best >= minPerPersonYuan
    ? null
    : required(requirement, 'insurance_cover_low', `CNY ${best} < ${minPerPersonYuan}`);
};

/**
 * "At most 55" ends on the day the person turns 56, which any entry tells: it is so many birthdays away. An age that the lists do
 * not tell is held, not guessed.
 */
const maxAge: Judge<'max_age'> = ({ years }, requirement, { worker }, nowMs) => {
  if (worker === null) return null;
  const known = worker.turns.find((turn) => turn.years === years + 1) ?? worker.turns[0];
  if (known === undefined) return required(requirement, 'over_age', 'unknown', 'hold');
  const tooOldOn = addMonths(known.on, 12 * (years + 1 - known.years));
  return nowMs < dayStartMs(tooOldOn) ? null : required(requirement, 'over_age', `${years}`);
};

const BAND_ORDER: readonly Band[] = ['red', 'amber', 'green'];

/** Scores are steps in time: the last one that has begun counts. */
const companyBand: Judge<'company_band'> = ({ atLeast }, requirement, { company }, nowMs) => {
  if (company === null) return null;
  const steps = company.scores.toSorted((a, b) => instantMs(a.from) - instantMs(b.from));
  const step = steps.findLast(({ from }) => instantMs(from) <= nowMs) ?? steps[0];
  const band = step?.band ?? 'red';
  return BAND_ORDER.indexOf(band) >= BAND_ORDER.indexOf(atLeast)
    ? null
    : required(requirement, 'company_band', `${band} < ${atLeast}`);
};

const JUDGES: { readonly [N in Need['need']]: Judge<N> } = {
  worker_certificate: workerCertificate,
  worker_training: workerTraining,
  company_document: companyDocument,
  insurance_cover: insuranceCover,
  max_age: maxAge,
  company_band: companyBand,
};

/** One step of a decision: the requirements of one kind that the site's policy makes for this class of work. */
export const requirementsOf =
  <N extends Need['need']>(kind: N) =>
  (inputs: DecisionInputs, nowMs: number): GivenReason[] =>
    (inputs.policy?.requirements ?? [])
      .filter(({ workClasses }) => workClasses.length === 0 || workClasses.includes(inputs.workClass))
      .flatMap((requirement) => {
        if (requirement.need.need !== kind) return [];
        const judge: Judge<N> = JUDGES[kind];
        return judge(requirement.need as NeedOf<N>, requirement, inputs, nowMs) ?? [];
      });
