import { describe, expect, it } from 'vitest';
import { sigmoid } from '../../../lambdas/core/trees/sigmoid.ts';

describe('sigmoid', () => {
  it('is within 1e-8 of the exact function, relatively, on both sides', () => {
    for (let x = -87; x <= 87; x += 0.0371) {
      const exact = 1 / (1 + Math.exp(-x));
      expect(Math.abs(sigmoid(x) / exact - 1)).toBeLessThan(1e-8);
    }
  });

  it('is exact in the middle, ordered, and finite at any margin', () => {
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(1e30)).toBe(sigmoid(87));
    expect(sigmoid(-1e30)).toBe(sigmoid(-87));
    expect(sigmoid(-1e30)).toBeGreaterThan(0);
    const values = Array.from({ length: 4000 }, (_, i) => sigmoid((i - 2000) / 60));
    expect(values.every((value, i) => i === 0 || value >= (values[i - 1] ?? 0))).toBe(true);
  });
});
