import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchConfig } from '../../../lambdas/core/config.ts';
import { drawConfigurations, leaderBoard } from '../../../lambdas/core/evaluation/search.ts';
import { DEFAULT_PARAMS, PARAMETER_RANGES } from '../../../lambdas/core/trees/spec.ts';

const { objective: _, seed: __, ...given } = DEFAULT_PARAMS;
const space: SearchConfig['space'] = {
  maxDepth: { min: 2, max: 9, scale: 'linear' },
  eta: { min: 0.001, max: 1, scale: 'log' },
  lambda: [0, 1, 10],
};

describe('the configurations of a search', () => {
  it('starts from the given configuration, stays in the space and never repeats one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), (trials, seed) => {
        const all = drawConfigurations(given, { trials, space }, seed);
        expect(all[0]).toBe(given);
        expect(all.length).toBeLessThanOrEqual(trials);
        expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(all.length);
        for (const { maxDepth, eta, lambda, ...rest } of all.slice(1)) {
          expect([2, 3, 4, 5, 6, 7, 8, 9]).toContain(maxDepth);
          expect(eta >= 0.001 && eta <= 1 && eta > PARAMETER_RANGES.eta.min).toBe(true);
          expect([0, 1, 10]).toContain(lambda);
          const { maxDepth: d, eta: e, lambda: l, ...same } = given;
          expect(rest).toEqual(same);
        }
      }),
    );
  });

  it('proposes the same configurations for the same seed, and others for another', () => {
    const draw = (seed: number) => drawConfigurations(given, { trials: 10, space }, seed);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('spreads configurations evenly over a log scale', () => {
    const drawn = drawConfigurations(given, { trials: 200, space: { eta: space.eta ?? [] } }, 3).slice(1);
    for (const [low, high] of [
      [0.001, 0.01],
      [0.01, 0.1],
      [0.1, 1],
    ] as const) {
      const share = drawn.filter(({ eta }) => eta >= low && eta < high).length / drawn.length;
      expect(share).toBeGreaterThan(0.23);
      expect(share).toBeLessThan(0.43);
    }
  });

  it('ends where the space is exhausted', () => {
    expect(drawConfigurations(given, { trials: 50, space: { lambda: [1, 2, 3] } }, 1).length).toBe(3);
  });
});

it('ranks the smallest loss first, and the earlier of equal ones', () => {
  const trial = (loss: number, rounds: number) => ({ loss, parameters: { ...given, rounds } });
  const board = leaderBoard([trial(2, 1), trial(1, 2), trial(1, 3)]);
  expect(board.map(({ parameters }) => parameters.rounds)).toEqual([2, 3, 1]);
});
