import { BANDS, type Band, type Company } from '@anlian/contracts';
import { expect, it } from 'vitest';
import { byUrgency } from './urgency.ts';

const company = (id: string, band: Band | undefined, score: number, lossAt?: string): Company => ({
  company: id,
  name: null,
  member: id,
  sponsor: null,
  roles: [],
  sites: [],
  suspensions: [],
  blocklisted: null,
  nameVersion: 0,
  standing:
    band === undefined
      ? null
      : {
          score,
          band: { code: band, text: BANDS[band] },
          policyHash: '',
          asOf: '',
          nextChange: null,
          nextLoss:
            lossAt === undefined
              ? null
              : {
                  at: lossAt,
                  score: 0,
                  band: { code: 'red', text: BANDS.red },
                  lost: [],
                  regained: [],
                  text: BANDS.red,
                },
        },
});

it('puts the worst band first, then the soonest loss, then the lower score, unscored companies last', () => {
  const companies = [
    company('unscored', undefined, 0),
    company('green-steady', 'green', 100),
    company('green-later', 'green', 90, '2027-02-01T16:00:00.000Z'),
    company('green-tonight', 'green', 100, '2026-11-22T16:00:00.000Z'),
    company('amber', 'amber', 65),
    company('red', 'red', 0),
    company('green-lower', 'green', 85),
  ];
  expect(byUrgency(companies).map(({ member }) => member)).toEqual([
    'red',
    'amber',
    'green-tonight',
    'green-later',
    'green-lower',
    'green-steady',
    'unscored',
  ]);
});

it('puts a blocklisted company before everything else', () => {
  const listed: Company = {
    ...company('listed', 'green', 100),
    blocklisted: { ground: { code: 'false_repair', text: BANDS.red }, from: '', until: '' },
  };
  expect(byUrgency([company('red', 'red', 0), listed])[0]).toBe(listed);
});
