import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarsen } from '../../../lambdas/core/drift/all-statistics.ts';
import { coarseRanks, fitBins, moments, quantile } from '../../../lambdas/core/drift/bins.ts';
import { countNumeric, emptyNumeric } from '../../../lambdas/core/drift/histogram.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';
import { normal } from './tables.ts';

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
const repeat = (value: number, times: number): number[] => new Array<number>(times).fill(value);

describe('fitted bins', () => {
  it('gives a column of two values one coarse bin for each, and for what is below, between and above', () => {
    const bins = fitBins(sorted([...repeat(0, 70), ...repeat(1, 30)]));
    const counts = emptyNumeric(bins);
    countNumeric(counts, bins, Float64Array.of(0, 0, 1, 0.5, 0.5, 0.5, 2));
    expect(coarsen(counts.counts, bins)).toEqual([0, 2, 3, 1, 1]);
  });

  it('gives up to ten values without a heap one coarse bin for each', () => {
    const bins = fitBins(sorted(Array.from({ length: 100 }, (_, i) => i % 10)));
    const counts = emptyNumeric(bins);
    countNumeric(counts, bins, Float64Array.of(0, 3, 3, 9));
    expect(coarsen(counts.counts, bins)).toEqual([1, 0, 0, 2, 0, 0, 0, 0, 0, 1]);
  });

  it('gives a constant column a bin below, at and above its value', () => {
    for (const value of [-1, 0, 3.7, 1e90]) {
      const bins = fitBins(sorted(repeat(value, 50)));
      const counts = emptyNumeric(bins);
      countNumeric(counts, bins, Float64Array.of(value - 1e80, value, value, value + 1e80));
      expect(coarsen(counts.counts, bins)).toEqual([1, 2, 1]);
    }
  });

  it.each([
    ['the minimum', 0],
    ['the middle', 6.5],
    ['the maximum', 13],
  ])('gives a value at %s a bin of its own from a tenth of the rows on', (_, heap) => {
    const others = Array.from({ length: 80 }, (_, i) => (i + 1) / 6.3);
    const of = (rows: number) => {
      const bins = fitBins(sorted([...others, ...repeat(heap, rows)]));
      const counts = emptyNumeric(bins);
      countNumeric(counts, bins, Float64Array.of(heap - 1e-9, heap, heap, heap, heap + 1e-9));
      return coarsen(counts.counts, bins);
    };
    expect(of(12)).toContain(3);
    expect(of(1000)).toContain(3);
    expect(of(4)).not.toContain(3);
  });

  it('sees the values beside a heap as finely as those of a column without one', () => {
    const others = Array.from({ length: 3000 }, (_, i) => i + 1);
    const { edges } = fitBins(sorted([...repeat(0, 97_000), ...others]));
    expect(edges.length).toBeGreaterThan(200);
    expect(edges.length).toBeLessThan(256);
  });

  it('gives a constant column no deviation', () => {
    expect(fitBins(sorted(repeat(3.7, 50)))).toMatchObject({ deviation: 0, unit: 0 });
  });

  it('cuts at deciles that each hold a tenth of the reference', () => {
    const values = normal(10_000, 1);
    const bins = fitBins(Float64Array.from(values).sort());
    const counts = emptyNumeric(bins);
    countNumeric(counts, bins, values);
    expect(coarsen(counts.counts, bins)).toEqual(repeat(1000, 10));
  });

  it('closes bins on the right', () => {
    const bins = fitBins(sorted(Array.from({ length: 30 }, (_, i) => i % 10)));
    const counts = emptyNumeric(bins);
    countNumeric(counts, bins, Float64Array.of(0, 0.5, 1, 1.5, 9));
    expect(coarsen(counts.counts, bins).slice(0, 3)).toEqual([1, 2, 1]);
  });

  it('fits no edges without values and counts everything in the one bin', () => {
    const bins = fitBins(new Float64Array(0));
    const counts = emptyNumeric(bins);
    countNumeric(counts, bins, Float64Array.of(4, Number.NaN, -Infinity, 1e101));
    expect(counts.counts).toEqual([1]);
    expect(counts.missing).toBe(3);
  });

  it('fits ascending edges, with centers inside their bins, for any values', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e9, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 400 }), (values) => {
        const { edges, centers, coarse } = fitBins(sorted(values));
        for (let i = 1; i < edges.length; i++) {
          expect(edges[i]).toBeGreaterThan(edges[i - 1] as number);
          expect(centers[i - 1]).toBeLessThanOrEqual(edges[i] as number);
          expect(centers[i - 1]).toBeGreaterThanOrEqual(edges[i - 1] as number);
        }
        expect(edges.length).toBeLessThan(256);
        expect(coarse.length).toBeLessThan(31);
        for (const index of coarse) expect(edges[index]).toBeDefined();
        expect(coarseRanks({ edges, centers, coarse, deviation: 1, unit: 1 }).at(-1)).toBe(coarse.length);
      }),
    );
  });

  it('counts every value in the bin with edges around it, for any values', () => {
    const double = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(double, { minLength: 1 }), fc.array(double), (reference, current) => {
        const bins = fitBins(sorted(reference));
        const codes = countNumeric(emptyNumeric(bins), bins, Float64Array.from(current));
        current.forEach((value, row) => {
          expect(codes[row]).toBe(bins.edges.filter((edge) => edge < value).length);
        });
      }),
    );
  });
});

describeWith(python, 'fitted bins against numpy', () => {
  it('computes the quantiles and moments of numpy', () => {
    const values = sorted([...normal(997, 3)]);
    const shares = [0, 0.01, 0.1, 0.3, 0.5, 0.77, 0.999, 1];
    const known = runPython(
      `
import json, sys, numpy as np
d = json.load(sys.stdin); v = np.array(d['values'])
print(json.dumps({'quantiles': np.quantile(v, d['shares']).tolist(), 'mean': v.mean(), 'deviation': v.std()}))`,
      { values: [...values], shares },
    ) as { quantiles: number[]; mean: number; deviation: number };
    expect(shares.map((share) => quantile(values, share))).toEqual(known.quantiles);
    expect(moments(values).mean).toBeCloseTo(known.mean, 12);
    expect(moments(values).deviation).toBeCloseTo(known.deviation, 12);
  });
});
