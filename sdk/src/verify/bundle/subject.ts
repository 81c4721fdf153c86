import type { DecisionRecord, EvidenceBundle } from '@anlian/contracts';
import type { LedgerProof } from './attested.ts';
import type { LedgerCommand } from './command.ts';
import type { TrustedActor } from './transaction.ts';
import type { CommandSubject, DecisionSubject, EvidenceSubject } from './verdict.ts';

export const commandSubject = (
  { command }: LedgerCommand,
  { token: { claims } }: TrustedActor,
  { outer }: LedgerProof,
): CommandSubject => {
  const { txId, txTime } = outer.transaction.header;
  const { org, roles, acr, sub } = claims;
  return {
    command: command.name,
    commandId: command.commandId,
    txId,
    txTime,
    who: { org, roles, acr, pseudonym: sub },
  };
};

type Outcome = Pick<DecisionSubject, 'outcome' | 'reasons'>;

const outcomeOf = (record: DecisionRecord): Outcome => {
  switch (record.kind) {
    case 'presentation':
      return { outcome: record.result.outcome, reasons: record.result.reasons };
    case 'release':
      return { outcome: record.answer, reasons: [] };
    case 'emergency':
      return { outcome: 'allow', reasons: [] };
  }
};

const directionOf = (record: DecisionRecord): DecisionSubject['direction'] =>
  record.kind === 'presentation' ? record.inputs.direction : record.direction;

const decisionSubject = (record: DecisionRecord): DecisionSubject => {
  const { kind, gate, site, seq, at } = record;
  return { record: kind, gate, site, seq, at, direction: directionOf(record), ...outcomeOf(record) };
};

export const evidenceSubject = (
  { leaf, member, inclusion }: EvidenceBundle,
  decision: DecisionRecord | null,
  anchored: CommandSubject,
): EvidenceSubject => ({
  kind: leaf.kind,
  member,
  leafIndex: inclusion.leafIndex,
  decision: decision && decisionSubject(decision),
  ...anchored,
});
