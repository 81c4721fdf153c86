import { type Effect, GATE_REASON_CODES, GATE_REASONS, type GateReason, type GivenReason } from '@anlian/contracts';

const SERIOUSNESS: Readonly<Record<Effect, number>> = { allow: 0, warn: 1, hold: 2, deny: 3 };
const CATALOGUE_ORDER = new Map(GATE_REASON_CODES.map((code, at) => [code, at]));
/** As the record's schema allows. */
const MAX_DETAIL = 200;

export const milder = (a: Effect, b: Effect): Effect => (SERIOUSNESS[a] <= SERIOUSNESS[b] ? a : b);

/** A reason with the catalogue's effect. `detail` explains it (a certificate type, a date, a span), never a person. */
export const reason = (code: GateReason, detail: string | null = null): GivenReason => ({
  code,
  effect: GATE_REASONS[code].effect,
  requirement: null,
  detail: detail?.slice(0, MAX_DETAIL) ?? null,
});

/** Most serious first, then in the order of the catalogue; the same reason twice is one. */
export const bySeriousness = (reasons: readonly GivenReason[]): GivenReason[] => {
  const once = new Map(
    reasons.map((given) => [`${given.code} ${given.effect} ${given.requirement} ${given.detail}`, given]),
  );
  return [...once.values()].sort(
    (a, b) =>
      SERIOUSNESS[b.effect] - SERIOUSNESS[a.effect] ||
      (CATALOGUE_ORDER.get(a.code) ?? 0) - (CATALOGUE_ORDER.get(b.code) ?? 0),
  );
};
