import { AnlianError } from '@anlian/contracts';
import { expect, it } from 'vitest';
import { governorsAmong } from './standing.ts';

const MSPS = ['aMSP', 'bMSP', 'cMSP'];
/** A ledger's state with these members. */
const state = (standings: Readonly<Record<string, string>>) => async (key: string) => {
  const [kind, name = ''] = key.split('/');
  if (kind === 'msp') return name.slice(0, 1) in standings ? { member: name.slice(0, 1) } : null;
  return kind === 'member' && name in standings ? { member: name, state: standings[name] } : null;
};

it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['all that govern', { a: 'active', b: 'active', c: 'active' }, MSPS],
  ['nobody that was voted out', { a: 'active', b: 'active', c: 'expelled' }, ['aMSP', 'bMSP']],
  ['nobody whom the members have not let in yet', { a: 'active', b: 'active' }, ['aMSP', 'bMSP']],
  ['everybody, of a channel that nobody has founded', {}, MSPS],
])('who is asked for a proof: %s', async (_, standings, expected) => {
  expect(await governorsAmong(state(standings), MSPS)).toEqual(expected);
});

it('everybody is asked for a proof where the ledger cannot say who governs', async () => {
  const away = () => Promise.reject(new AnlianError('ledger_unavailable'));
  expect(await governorsAmong(away, MSPS)).toEqual(MSPS);
});
