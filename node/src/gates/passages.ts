import type { DecisionRecord, Visit, VisitState } from '@anlian/contracts';

type Direction = 'in' | 'out';

/** What a decision says to whoever reads lists, without opening its JWS. */
export interface DecisionFacts {
  readonly outcome: 'allow' | 'hold' | 'deny' | 'released' | 'refused' | 'emergency';
  readonly direction: Direction;
  /** Set where the person went through. */
  readonly passage: Direction | null;
  readonly persons: number;
  readonly workClass: string | null;
  readonly pass: string | null;
  readonly company: string | null;
  readonly reasons: readonly string[];
  /** Pass and moment of signing. */
  readonly presentation: string | null;
}

const presented = (record: Extract<DecisionRecord, { kind: 'presentation' }>): DecisionFacts => {
  const { inputs, result } = record;
  const shown = inputs.presentation.form === 'refused' ? null : inputs.presentation;
  return {
    outcome: result.outcome,
    direction: inputs.direction,
    passage: result.outcome === 'allow' ? inputs.direction : null,
    persons: 1,
    workClass: inputs.workClass,
    pass: shown?.pass ?? null,
    company: shown?.employer ?? null,
    reasons: result.reasons.map(({ code }) => code),
    presentation: shown?.form === 'pass' ? `${shown.pass}/${shown.presentedAt}` : null,
  };
};

const ofNobody = { workClass: null, pass: null, company: null, reasons: [], presentation: null } as const;

/** @param company that of the hold which a release answers */
export const decisionFacts = (record: DecisionRecord, company: string | null): DecisionFacts => {
  if (record.kind === 'presentation') return presented(record);
  const { direction } = record;
  if (record.kind === 'emergency')
    return { ...ofNobody, outcome: 'emergency', direction, passage: direction, persons: record.persons };
  const passage = record.answer === 'released' ? direction : null;
  return {
    ...ofNobody,
    outcome: record.answer,
    direction,
    passage,
    persons: 1,
    pass: record.pass,
    company,
    reasons: [record.reason],
  };
};

/** One person going through a gate. */
export interface PassageOf {
  readonly pass: string;
  readonly company: string | null;
  readonly at: string;
  readonly passage: Direction;
}

/** A visit by the code of its state. */
type PlainVisit = Omit<Visit, 'state'> & { readonly state: VisitState };

/**
 * Visits of persons at one site. Gates that were cut off deliver late, so visits follow from all passages in the order of their
 * times and are never counted up. An entry upon an entry closes the first one without an exit; an exit alone has no entry.
 */
export const visitsOf = (passages: readonly PassageOf[]): PlainVisit[] => {
  const byPass = Map.groupBy(
    passages.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    ({ pass }) => pass,
  );
  return [...byPass.values()].flatMap((own) => {
    const visits: PlainVisit[] = [];
    for (const { pass, company, at, passage } of own) {
      const last = visits.at(-1);
      const isInside = last?.state === 'entered';
      if (passage === 'in') {
        if (last && isInside) visits[visits.length - 1] = { ...last, state: 'auto_closed' };
        visits.push({ pass, company, state: 'entered', enteredAt: at, exitedAt: null });
      } else if (last && isInside) visits[visits.length - 1] = { ...last, state: 'exited', exitedAt: at };
      else visits.push({ pass, company, state: 'exited', enteredAt: null, exitedAt: at });
    }
    return visits;
  });
};
