import { describe, expect, it } from 'vitest';
import { expf } from '../../../lambdas/core/numeric/expf.ts';
import { exp } from '../../../lambdas/core/numeric/math.ts';
import { Random } from '../../../lambdas/core/numeric/random.ts';
import { otherBits } from '../../support/c-library.ts';
import { glibc, itWith, python } from '../../support/tools.ts';

/** float32 values of every size that expf takes, as words. */
function samples(count: number): Float32Array {
  const random = Random.fromSeed(27);
  return Float32Array.from({ length: count }, (_, i) =>
    i % 2 === 0 ? (random.uniform() - 0.5) * 220 : (random.uniform() - 0.5) * 4,
  );
}

describe('expf', () => {
  it.each([
    [0, 1],
    [1, 2.7182817459106445],
    [-104, 0],
    [89, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.NaN, Number.NaN],
  ])('maps %d to %d', (x, y) => {
    expect(expf(x)).toBe(y);
  });

  it('stays within one float32 step of the exact exponential', () => {
    for (const x of samples(20_000)) {
      const exact = Math.fround(exp(x));
      const words = new Int32Array(Float32Array.of(expf(x), exact).buffer);
      if (Number.isFinite(exact)) expect(Math.abs((words[0] ?? 0) - (words[1] ?? 0))).toBeLessThanOrEqual(1);
    }
  });

  itWith([python, glibc], 'has the bits of the C library, even where that is not correctly rounded', () => {
    const values = samples(200_000);
    expect(otherBits('expf', values, expf)).toBe(0);
    expect(otherBits('expf', values, exp)).toBeGreaterThan(10);
  });
});
