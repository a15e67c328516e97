import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createKernels } from '../../../../lambdas/core/trees/kernels/kernels.ts';

/** Probabilities and second derivatives of margins, by the kernel: label 0, weight 1. */
function logistic(margins: readonly number[]): { readonly p: number[]; readonly second: number[] } {
  const even = margins.length + (margins.length % 2);
  const { kernels, arrays } = createKernels({
    margins: ['f32', even],
    labels: ['f64', even],
    weights: ['f64', even],
    pairs: ['f64', 2 * even],
  });
  arrays.margins.set(margins);
  arrays.weights.fill(1);
  const [margin, label, weight, pairs] = Object.values(arrays).map(({ byteOffset }) => byteOffset);
  kernels.logisticPairs(margin as number, label as number, weight as number, pairs as number, margins.length);
  const at = margins.map((_, i) => 2 * i);
  return {
    p: at.map((i) => arrays.pairs[i] as number),
    second: at.map((i) => arrays.pairs[i + 1] as number),
  };
}

describe('the logistic kernel', () => {
  it('stays within 1e-8 of the exact function, relatively, on both sides', () => {
    const margins = Array.from({ length: 4_691 }, (_, i) => Math.fround(-87 + i * 0.0371));
    const { p, second } = logistic(margins);
    margins.forEach((x, i) => {
      const exact = 1 / (1 + Math.exp(-x));
      expect(Math.abs((p[i] as number) / exact - 1)).toBeLessThan(1e-8);
      expect(second[i]).toBe(Math.max((p[i] as number) * (1 - (p[i] as number)), 1e-16));
    });
  });

  it('is exact in the middle, ordered, and finite at any margin', () => {
    expect(logistic([0]).p).toEqual([0.5]);
    const [most, large, least, small] = logistic([1e30, 87, -1e30, -87]).p;
    expect(most).toBe(large);
    expect(least).toBe(small);
    expect(least).toBeGreaterThan(0);
    const { p } = logistic(Array.from({ length: 4_000 }, (_, i) => (i - 2_000) / 60));
    expect(p.every((value, i) => i === 0 || value >= (p[i - 1] as number))).toBe(true);
  });
});

const cases = fc.record({
  bins: fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 7, maxLength: 7 }), { maxLength: 60 }),
  split: fc.integer({ min: 0, max: 10 }),
  missing: fc.integer({ min: -1, max: 9 }),
});

describe.each([
  [2, 'u16'],
  [4, 'u32'],
] as const)('histograms and partitions with bins of %d bytes', (width, kind) => {
  it('sums the rows of a histogram in their order', () => {
    fc.assert(
      fc.property(cases, ({ bins }) => {
        const { kernels, arrays } = createKernels({
          histogram: ['f64', 20],
          bins: [kind, 7 * bins.length],
          pairs: ['f64', 2 * bins.length],
          rows: ['u32', bins.length],
        });
        arrays.bins.set(bins.flat());
        arrays.pairs.forEach((_, i, pairs) => {
          pairs[i] = (i + 1) / 7;
        });
        // Every second row, backwards.
        const rows = bins.map((_, row) => row).filter((row) => row % 2 === 0);
        rows.reverse();
        arrays.rows.set(rows);
        const expected = new Float64Array(20);
        for (const row of rows)
          for (const bin of bins[row] ?? [])
            for (const part of [0, 1])
              expected[2 * bin + part] = (expected[2 * bin + part] as number) + (2 * row + part + 1) / 7;
        kernels.fillHistogram(
          width,
          arrays.histogram.byteOffset,
          arrays.bins.byteOffset,
          7,
          arrays.pairs.byteOffset,
          arrays.rows.byteOffset,
          rows.length,
        );
        expect(arrays.histogram).toEqual(expected);
      }),
    );
  });

  it('partitions rows below the split, or with missing values, to the left, in order', () => {
    fc.assert(
      fc.property(cases, ({ bins, split, missing }) => {
        const column = bins.map(([bin]) => bin as number);
        const { kernels, arrays } = createKernels({
          rows: ['u32', column.length],
          spare: ['u32', column.length],
          column: [kind, column.length],
        });
        const { rows, spare } = arrays;
        rows.set([...column.keys()]);
        arrays.column.set(column);
        const left = kernels.partition(
          width,
          rows.byteOffset,
          spare.byteOffset,
          arrays.column.byteOffset,
          split,
          missing,
          column.length,
        );
        const goesLeft = (row: number): boolean => (column[row] as number) < split || column[row] === missing;
        const all = [...column.keys()];
        expect(Array.from(rows.subarray(0, left))).toEqual(all.filter(goesLeft));
        expect(Array.from(rows.subarray(left))).toEqual(all.filter((row) => !goesLeft(row)));
      }),
    );
  });
});

describe('the memory of the kernels', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is laid out without overlaps, with each array at a multiple of 16 bytes', () => {
    const { arrays } = createKernels({ a: ['i16', 3], b: ['f64', 1], none: ['u32', 0], c: ['f32', 70_000] });
    expect(arrays.c).toHaveLength(70_000);
    for (const { byteOffset } of Object.values(arrays)) expect(byteOffset % 16).toBe(0);
    arrays.a.fill(-1);
    arrays.b.fill(1);
    expect(arrays.c.every((value) => value === 0)).toBe(true);
  });

  it('is refused beyond 4 GiB', () => {
    expect(() => createKernels({ huge: ['f64', 2 ** 29 + 1] })).toThrow(
      expect.objectContaining({ code: 'kernels/too-large', fix: expect.any(String) }),
    );
  });

  it('suggests a fix where the engine has no address space for it', () => {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: Record<string, unknown> })
      .WebAssembly;
    const Memory = class {
      constructor() {
        throw new RangeError('could not allocate memory');
      }
    };
    vi.stubGlobal('WebAssembly', { Module, Instance, Memory });
    expect(() => createKernels({ small: ['i16', 1] })).toThrow(
      expect.objectContaining({ code: 'kernels/no-memory', fix: expect.stringContaining('ulimit') }),
    );
  });
});
