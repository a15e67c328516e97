import { describe, expect, it } from 'vitest';
import { draws } from '../support/draws.ts';
import { triggerCalls } from './performance-decisions.ts';

describe('the performance trigger', () => {
  it('calls for no retraining at the limit itself, and does for a loss far beyond it', () => {
    const called = (loss: number) => {
      const draw = draws(5);
      const calls = triggerCalls(200, 40, loss);
      return Array.from({ length: 100 }, () => calls(draw)).filter(Boolean).length;
    };
    expect(called(0.05)).toBeLessThanOrEqual(5);
    expect(called(0.35)).toBeGreaterThanOrEqual(90);
  });
});
