import { describe, expect, it } from 'vitest';
import { NationalId, nationalIdBirthDate, nationalIdCheck, nationalIdFault } from './nationalId.ts';

describe('the national id', () => {
  it.each([
    // Both examples are printed in GB 11643-1999 itself.
    ['11010519491231002X', '1949-12-31'],
    ['440524188001010014', '1880-01-01'],
  ])('of the standard is accepted: %s', (id, birthDate) => {
    expect(nationalIdFault(id)).toBeUndefined();
    expect(nationalIdBirthDate(id)).toBe(birthDate);
  });

  it.each([
    ['110105194912310021', 'check'],
    ['11010519491231002x', 'form'],
    ['11010519490231002X', 'birth_date'],
    ['1101051949123100', 'form'],
    ['3.20106E+17', 'form'],
    ['１１０１０５１９４９１２３１００２Ｘ', 'form'],
    ['110105194912310020 ', 'form'],
    ['', 'form'],
  ])('%j is refused: %s', (id, fault) => {
    expect(nationalIdFault(id)).toBe(fault);
    expect(NationalId.safeParse(id).success).toBe(false);
  });

  it('with any one digit changed is refused', () => {
    const id = '11010519491231002X';
    for (let at = 0; at < 17; at++)
      for (const digit of '0123456789') {
        if (digit === id[at]) continue;
        expect(nationalIdCheck(id.slice(0, at) + digit + id.slice(at + 1, 17))).not.toBe('X');
      }
  });
});
