import type { DecisionInputs, PaperFacts } from '@anlian/contracts';
import { companyFacts, inputs, NOW, paper, shown, sitePolicy, workerFacts } from '../fixture.ts';
import { decide } from './decide.ts';

export const withPapers = (...papers: PaperFacts[]) => inputs({ worker: workerFacts({ papers }) });
export const withDocuments = (...papers: PaperFacts[]) => inputs({ company: companyFacts({ papers }) });
export const insurance = (changes: Partial<PaperFacts> = {}) =>
  paper('liability_insurance', { coverPerPersonYuan: 1_000_000, ...changes });
export const agreement = (changes: Partial<PaperFacts> = {}) => paper('safety_agreement', changes);
export const welding = (changes: Partial<PaperFacts> = {}) => paper('special_work_welding', changes);
export const badge = (): DecisionInputs['presentation'] => {
  const { presentedAt: _at, seenBefore: _seen, holderKey: _key, ...rest } = shown();
  return { ...rest, form: 'badge' };
};
export const refused = (
  reason: 'presentation_unreadable' | 'presentation_forged' | 'key_unknown' | 'holder_mismatch',
) => inputs({ presentation: { form: 'refused', reason }, worker: null, company: null });
export const clockIs = (state: 'rolled_back' | 'unconfirmed') => inputs({ clock: { effective: NOW, raw: NOW, state } });
export const yesterday = '2026-11-21';

export const brief = (facts: DecisionInputs): string => {
  const { outcome, reasons } = decide(facts);
  return `${reasons.map(({ code }) => code).join(' ')} ${outcome}`;
};

export function graceful(): NonNullable<DecisionInputs['policy']> {
  const { requirements } = sitePolicy();
  return sitePolicy({ requirements: requirements.map((item) => ({ ...item, graceDays: 7 })) });
}
