import { describe, expect, it } from 'vitest';
import { expf } from '../../lambdas/core/expf.ts';
import { exp } from '../../lambdas/core/math.ts';
import { Random } from '../../lambdas/core/random.ts';
import { python, runPython } from '../support/tools.ts';

/** float32 values of every size that expf takes, as words. */
function samples(count: number): Float32Array {
  const random = Random.fromSeed(27);
  return Float32Array.from({ length: count }, (_, i) =>
    i % 2 === 0 ? (random.uniform() - 0.5) * 220 : (random.uniform() - 0.5) * 4,
  );
}

/** expf of the C library under Python, word by word. */
const C_LIBRARY = `
import ctypes, ctypes.util, json, struct, sys
libm = ctypes.CDLL(ctypes.util.find_library("m"))
libm.expf.restype, libm.expf.argtypes = ctypes.c_float, [ctypes.c_float]
values = [struct.unpack("<f", struct.pack("<I", word))[0] for word in json.load(sys.stdin)]
print(json.dumps([struct.unpack("<I", struct.pack("<f", libm.expf(value)))[0] for value in values]))
`;

describe('expf', () => {
  it.each([
    [0, 1],
    [1, 2.7182817459106445],
    [-104, 0],
    [89, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.NaN, Number.NaN],
  ])('of %d is %d', (x, y) => {
    expect(expf(x)).toBe(y);
  });

  it('is within one float32 step of the exact exponential', () => {
    for (const x of samples(20_000)) {
      const exact = Math.fround(exp(x));
      const words = new Int32Array(Float32Array.of(expf(x), exact).buffer);
      if (Number.isFinite(exact)) expect(Math.abs((words[0] ?? 0) - (words[1] ?? 0))).toBeLessThanOrEqual(1);
    }
  });

  it.runIf(python)('has the bits of the C library, also where that is not correctly rounded', () => {
    const values = samples(200_000);
    const theirs = runPython(C_LIBRARY, [...new Uint32Array(values.buffer)]) as number[];
    const ours = new Uint32Array(values.map(expf).buffer);
    expect(theirs.filter((word, i) => word !== ours[i]).length).toBe(0);
    const rounded = new Uint32Array(values.map((x) => exp(x)).buffer);
    expect(theirs.filter((word, i) => word !== rounded[i]).length).toBeGreaterThan(10);
  });
});
