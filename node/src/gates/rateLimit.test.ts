import { describe, expect, it } from 'vitest';
import { rateLimit } from './rateLimit.ts';

describe('a rate limit', () => {
  it('refuses one source and not another, until the window is over', () => {
    let nowMs = 0;
    const limit = rateLimit(() => nowMs, { most: 2, windowMs: 1_000 });
    limit.count('a');
    limit.count('a');
    expect(() => limit.count('a')).toThrow('rate_limited');
    limit.count('b');
    nowMs = 1_000;
    limit.count('a');
  });

  it('remembers a bounded number of sources: beyond it, strangers share one count', () => {
    const limit = rateLimit(() => 0, { most: 1, windowMs: 1_000, maxSources: 1 });
    limit.count('a');
    limit.count('b');
    expect(() => limit.count('c')).toThrow('rate_limited');
  });

  it('starts anew when the clock goes back', () => {
    let nowMs = 10_000;
    const limit = rateLimit(() => nowMs, { most: 1, windowMs: 1_000 });
    limit.count('a');
    nowMs = 0;
    limit.count('a');
  });
});
