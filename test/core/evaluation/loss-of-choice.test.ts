import { expect, it } from 'vitest';
import { lossOfChoice } from '../../../lambdas/core/evaluation/loss-of-choice.ts';

it('measures on each half what the other half chooses', () => {
  // The even rows choose the second, which has 0.8 on the odd ones; those choose the third, which has 0.9 on the even.
  expect(
    lossOfChoice([
      [0.7, 0.7],
      [0.5, 0.8],
      [0.9, 0.4],
    ]),
  ).toBeCloseTo((0.8 + 0.9) / 2, 12);
});

it('is the mean loss where nothing else could have been chosen, and the first of equals decides', () => {
  expect(lossOfChoice([[0.5, 0.7]])).toBeCloseTo(0.6, 12);
  expect(
    lossOfChoice([
      [0.5, 0.6],
      [0.5, 0.2],
      [0.9, 0.2],
    ]),
  ).toBeCloseTo((0.6 + 0.5) / 2, 12);
});
