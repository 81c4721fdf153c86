import { type Decision, type Effect, GATE_REASONS, type GateReason, OUTCOMES, type Text } from '@anlian/contracts';

/** A decision as a guard reads it: one word, every reason, one instruction; all of it in both languages. */
export interface Explanation {
  readonly outcome: Text;
  readonly reasons: readonly {
    readonly code: GateReason;
    readonly effect: Effect;
    readonly text: Text;
    readonly detail: string | null;
  }[];
  readonly instruction: Text;
}

const LET_PASS: Text = { zh: '可以放行', en: 'Let pass' };

/** The instruction is that of the most serious reason, which comes first. */
export const explain = ({ outcome, reasons }: Pick<Decision, 'outcome' | 'reasons'>): Explanation => ({
  outcome: OUTCOMES[outcome],
  reasons: reasons.map(({ code, effect, detail }) => ({ code, effect, text: GATE_REASONS[code].text, detail })),
  instruction: reasons[0] ? GATE_REASONS[reasons[0].code].instruction : LET_PASS,
});
