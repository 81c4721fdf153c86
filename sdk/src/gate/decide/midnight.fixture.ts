import { at, companyFacts, paper } from '../fixture.ts';
import { decide } from './decide.ts';

/** Run under several TZ: the last second of insurance that ends today in Shanghai, and the first one after. */
const company = companyFacts({
  papers: [
    paper('safety_agreement'),
    paper('liability_insurance', { validTo: '2026-11-22', coverPerPersonYuan: 1_000_000 }),
  ],
});
const outcomeAt = (now: string): string => {
  const { outcome, reasons } = decide(at(now, { company }));
  return [...reasons.map(({ code }) => code), outcome].join(' ');
};
console.log(
  JSON.stringify({
    TZ: Intl.DateTimeFormat().resolvedOptions().timeZone,
    '23:59:59': outcomeAt('2026-11-22T15:59:59.000Z'),
    '00:00:00': outcomeAt('2026-11-22T16:00:00.000Z'),
  }),
);
