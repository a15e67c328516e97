import { describe, expect, it } from 'vitest';
import { logf } from '../../../lambdas/core/numeric/logf.ts';
import { ln } from '../../../lambdas/core/numeric/math.ts';
import { Random } from '../../../lambdas/core/numeric/random.ts';
import { otherBits } from '../../support/c-library.ts';
import { glibc, itWith, python } from '../../support/tools.ts';

/** Positive float32 values: of every size, subnormal ones too, and around 1. */
function samples(count: number): Float32Array {
  const random = Random.fromSeed(28);
  const words = Uint32Array.from({ length: count }, () => 1 + random.below(0x7f7fffff));
  return new Float32Array(words.buffer).map((value, i) => (i % 2 === 0 ? value : random.uniform() * 3));
}

describe('logf', () => {
  it.each([
    [1, 0],
    [2, 0.6931471824645996],
    [0, Number.NEGATIVE_INFINITY],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [-1, Number.NaN],
    [Number.NaN, Number.NaN],
    [2 ** -149, -103.27893], // Python: float32(math.log(2 ** -149))
  ])('maps %d to %d', (x, y) => {
    expect(logf(x)).toBe(Math.fround(y));
  });

  it('stays within one float32 step of the exact logarithm', () => {
    for (const x of samples(20_000)) {
      const words = new Int32Array(Float32Array.of(logf(x), ln(x)).buffer);
      expect(Math.abs((words[0] ?? 0) - (words[1] ?? 0))).toBeLessThanOrEqual(1);
    }
  });

  itWith([python, glibc], 'has the bits of the C library, even where that is not correctly rounded', () => {
    const values = samples(200_000);
    expect(otherBits('logf', values, logf)).toBe(0);
    expect(otherBits('logf', values, ln)).toBeGreaterThan(10);
  });
});
