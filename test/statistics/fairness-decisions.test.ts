import { describe, expect, it } from 'vitest';
import { draws } from '../support/draws.ts';
import { drawDisparities } from './fairness-decisions.ts';

describe('the fairness gate', () => {
  it('finds no certain difference between 6 fair groups of 50, and finds one of 0.5', () => {
    const certain = (gap: number) => {
      const draw = draws(3);
      const sizes = [50, 50, 50, 50, 50, 50];
      const lows = Array.from(
        { length: 100 },
        () => drawDisparities(draw, sizes, gap).parityDifference?.low ?? 1,
      );
      return lows.filter((low) => low > 0).length;
    };
    expect(certain(0)).toBeLessThanOrEqual(10);
    expect(certain(0.5)).toBeGreaterThanOrEqual(95);
  });
});
