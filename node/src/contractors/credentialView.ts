import { credentialStatus, type Papers, successorOf } from '@anlian/chaincode/rules';
import {
  ATTESTATION_METHODS,
  AUTHORITIES,
  CREDENTIAL_REASONS,
  CREDENTIAL_STATES,
  CREDENTIAL_TYPES,
  type Credential,
  type CredentialRecord,
  dayEndMs,
  type PaperRecord,
  type Text,
  toInstant,
} from '@anlian/contracts';

/** A code with its words. */
export const coded = <K extends string>(table: Readonly<Record<K, Text>>, code: K): { code: K; text: Text } => ({
  code,
  text: table[code],
});

const reasonOf = (code: string) => coded(CREDENTIAL_REASONS, code as keyof typeof CREDENTIAL_REASONS);

const nextEnd = ({ facts }: CredentialRecord, nowMs: number): string | null => {
  const ends = [facts.validTo, facts.reviewBy, facts.attestation.recheckBy]
    .filter((day) => day !== undefined)
    .map(dayEndMs)
    .filter((end) => end > nowMs);
  return ends.length === 0 ? null : toInstant(Math.min(...ends));
};

/** A paper as the API shows it, its state at an instant; `papers` is the line of its renewals. */
export const credentialView = (
  record: CredentialRecord,
  papers: Papers,
  paper: PaperRecord | null,
  nowMs: number,
): Credential => {
  const { facts } = record;
  return {
    credential: facts.credential,
    company: facts.subject.kind === 'company' ? facts.subject.company : null,
    type: { code: facts.type, text: CREDENTIAL_TYPES[facts.type].text },
    authority: coded(AUTHORITIES, facts.authority),
    attestor: record.attestor,
    attestation: {
      method: coded(ATTESTATION_METHODS, facts.attestation.method),
      checkedAt: facts.attestation.checkedAt,
      recheckBy: facts.attestation.recheckBy ?? null,
    },
    validFrom: facts.validFrom,
    validTo: facts.validTo ?? null,
    reviewBy: facts.reviewBy ?? null,
    state: coded(CREDENTIAL_STATES, credentialStatus(record, nowMs, papers)),
    nextEndAt: nextEnd(record, nowMs),
    suspensions: record.suspensions.map(({ from, to, reason }) => ({ from, to, reason: reasonOf(reason) })),
    revokedAt: record.revokedAt,
    revokedFor: record.revokedFor === null ? null : reasonOf(record.revokedFor),
    supersedes: facts.supersedes ?? null,
    supersededBy: successorOf(record, papers, nowMs) ?? null,
    recordedAt: record.recordedAt,
    version: record.version,
    commitment: facts.commitment,
    record: paper,
  };
};
