import { describe, expect, it } from 'vitest';
import { CHECKS, type CheckName, VerificationError } from './checks.ts';

describe('verification checks', () => {
  it.each(Object.entries(CHECKS))('%s says in both languages what it proves and what it does not', (name, spec) => {
    expect(name).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
    for (const text of [spec, spec.doesNotProve]) {
      expect(text.zh).toMatch(/\p{Script=Han}/u);
      expect(text.en).toMatch(/^[\p{Script=Latin}\p{P}\s\d]+$/u);
    }
    expect(spec.doesNotProve.zh).not.toBe(spec.zh);
  });

  it('does not explain two checks with the same words', () => {
    const proofs = Object.values(CHECKS).map((spec) => spec.en);
    expect(new Set(proofs).size).toBe(proofs.length);
  });

  it('an error names the check that refused', () => {
    const name: CheckName = 'inclusion';
    const error = new VerificationError(name, 'the path leads to another root');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ check: 'inclusion', detail: 'the path leads to another root' });
    expect(error.message).toBe('inclusion: the path leads to another root');
  });
});
