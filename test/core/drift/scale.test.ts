import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateDrift } from '../../../lambdas/core/drift/evaluate.ts';
import { fitProfile } from '../../../lambdas/core/drift/fit-profile.ts';
import { DRIFT_DEFAULTS } from '../../../lambdas/core/drift/spec.ts';
import { addRows, emptyWindow } from '../../../lambdas/core/drift/window.ts';
import { powerOfTwo } from '../../../lambdas/core/numeric/powers.ts';
import { normal, numeric, table } from './tables.ts';

const SPEC = { ...DRIFT_DEFAULTS, minRows: 1 };

function compare(reference: ArrayLike<number>, current: ArrayLike<number>) {
  const profile = fitProfile(table({ x: numeric(reference) }), ['x']);
  const window = emptyWindow(profile);
  addRows(window, profile, table({ x: numeric(current) }));
  const { features, verdict } = evaluateDrift(profile, window, SPEC, { monitored: ['x'], decisive: ['x'] });
  const [feature] = features;
  if (feature === undefined) throw new Error('x');
  return { verdict, feature };
}

describe('the scale of a column', () => {
  it('changes no statistic and no test, by any power of two', () => {
    const value = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-6),
    );
    const side = fc.oneof(
      fc.array(value, { minLength: 1, maxLength: 300 }),
      fc.tuple(value, fc.integer({ min: 1, max: 60 })).map(([x, n]) => new Array<number>(n).fill(x)),
    );
    fc.assert(
      fc.property(side, side, fc.integer({ min: -160, max: 160 }), (reference, current, power) => {
        const by = powerOfTwo(power);
        const scaled = compare(
          reference.map((x) => x * by),
          current.map((x) => x * by),
        );
        expect(scaled).toEqual(compare(reference, current));
      }),
      { numRuns: 300 },
    );
  });

  it.each([1, 1e-6, 1e-40, 1e-150])('finds a shift of one deviation in units of %d', (unit) => {
    const scaled = (seed: number, shift: number) => normal(1000, seed, shift).map((x) => x * unit);
    const { verdict, feature } = compare(scaled(1, 0), scaled(2, 1));
    expect(verdict).toBe('drifted');
    expect(feature.measures.wasserstein?.value).toBeCloseTo(1, 0);
  });

  it('counts each value beside a constant as one deviation away', () => {
    const zeros = new Float64Array(100);
    const quarter = zeros.map((_, row) => (row % 4 === 0 ? 1e-9 * (row + 1) : 0));
    expect(compare(zeros, quarter).feature.measures.wasserstein?.value).toBe(0.25);
    expect(compare(zeros, zeros).feature.measures.wasserstein?.value).toBe(0);
  });
});

describe('a sentinel', () => {
  it.each([1, 30])('does not hide the shift of the other values, in %d of a thousand rows', (times) => {
    const withSentinel = (seed: number, shift: number) =>
      normal(1000, seed, shift).map((x, row) => (row < times ? 1e9 : x));
    const { verdict, feature } = compare(withSentinel(1, 0), withSentinel(2, 0.5));
    expect(feature.measures.wasserstein?.value).toBeLessThan(0.1);
    expect(verdict).toBe('drifted');
  });
});
