import {
  AnlianError,
  type CredentialRecord,
  canonicalText,
  type FieldFault,
  type HandedPaper,
  type InboundEnrolment,
  instantMs,
} from '@anlian/contracts';
import { opens } from '../contractors/commitment.ts';

/** What the site owner's own projection of the ledger says of an enrolment. */
export interface LedgerView {
  readonly nowMs: number;
  /** Whether the member that hands it over may speak for the employer: it is the employer, or its sponsor. */
  readonly speaksForEmployer: boolean;
  readonly admissions: readonly { readonly validFrom: string; readonly releasedAt: string | null }[];
  readonly blocklisted: boolean;
  readonly credential: (id: string) => CredentialRecord | undefined;
}

type Fault = FieldFault & { readonly code: AnlianError['code'] };
const fault = (field: string, code: Fault['code'], detail: string): Fault => ({ field, code, detail });

const sameDocument = ({ subject }: HandedPaper, { person }: InboundEnrolment): boolean =>
  canonicalText(subject.record.idDocument) === canonicalText(person.idDocument) &&
  subject.record.birthDate === person.birthDate;

/** The record says of dates and type what the ledger says. */
const sameFacts = ({ paper: { record }, credential }: HandedPaper, { facts }: CredentialRecord): boolean =>
  record.credential === credential &&
  record.type === facts.type &&
  record.authority === facts.authority &&
  record.validFrom === facts.validFrom &&
  record.validTo === (facts.validTo ?? null) &&
  record.reviewBy === (facts.reviewBy ?? null);

const paperFaults = (enrolment: InboundEnrolment, view: LedgerView): Fault[] =>
  enrolment.papers.flatMap((handed, at) => {
    const field = `/papers/${at}`;
    const known = view.credential(handed.credential);
    if (!known) return [fault(field, 'unknown_credential', 'not on the ledger')];
    const { subject, commitment } = known.facts;
    if (subject.kind !== 'worker') return [fault(field, 'record_mismatch', 'not a worker’s paper')];
    return [
      ...(opens(commitment, handed.paper.record, handed.paper.salt) && sameFacts(handed, known)
        ? []
        : [fault(`${field}/paper`, 'record_mismatch', 'not the record that was committed to')]),
      ...(opens(subject.commitment, handed.subject.record, handed.subject.salt)
        ? []
        : [fault(`${field}/subject`, 'record_mismatch', 'not the person that was committed to')]),
      ...(sameDocument(handed, enrolment)
        ? []
        : [fault(`${field}/subject`, 'record_mismatch', 'about another person')]),
      ...(known.revokedAt === null ? [] : [fault(field, 'credential_revoked', 'revoked on the ledger')]),
    ];
  });

const companyFaults = (view: LedgerView): Fault[] => {
  const admitted = view.admissions.some(({ releasedAt }) => releasedAt === null || instantMs(releasedAt) > view.nowMs);
  return [
    ...(view.speaksForEmployer ? [] : [fault('/employer', 'not_the_subject', 'another member’s company')]),
    ...(admitted ? [] : [fault('/employer', 'not_admitted', 'not admitted to this site')]),
    ...(view.blocklisted ? [fault('/employer', 'blocklisted', 'blocklisted in the network')] : []),
  ];
};

const periodFaults = ({ to, consent }: InboundEnrolment, { nowMs }: LedgerView): Fault[] => [
  ...(instantMs(to) > nowMs ? [] : [fault('/to', 'invalid_period', 'over already')]),
  ...(instantMs(consent.at) <= nowMs + MAX_SKEW_MS
    ? []
    : [fault('/consent/at', 'in_the_future', 'consent in the future')]),
];

const MAX_SKEW_MS = 120_000;

/** Everything that speaks against an enrolment, one fault per record. */
export const enrolmentFaults = (enrolment: InboundEnrolment, view: LedgerView): Fault[] => [
  ...companyFaults(view),
  ...periodFaults(enrolment, view),
  ...paperFaults(enrolment, view),
];

/** @throws {AnlianError} the first fault's code, with all faults */
export const requireSound = (enrolment: InboundEnrolment, view: LedgerView): void => {
  const errors = enrolmentFaults(enrolment, view);
  const [first] = errors;
  if (first) throw new AnlianError(first.code, { field: first.field, errors });
};
