/** Values that many rows share: at the minimum, in the middle and at the maximum, from 1 to 100 % of the rows. */

import { describe, expect, it } from 'vitest';
import { coarsen } from '../../../lambdas/core/drift/all-statistics.ts';
import { singleValueBins } from '../../../lambdas/core/drift/bins.ts';
import { evaluateDrift } from '../../../lambdas/core/drift/evaluate.ts';
import { fitProfile } from '../../../lambdas/core/drift/fit-profile.ts';
import { psi } from '../../../lambdas/core/drift/psi-and-tests.ts';
import { DRIFT_DEFAULTS } from '../../../lambdas/core/drift/spec.ts';
import { ksPValue, ksStatistic } from '../../../lambdas/core/drift/two-sample.ts';
import { addRows, emptyWindow } from '../../../lambdas/core/drift/window.ts';
import { numeric, table, uniform } from './tables.ts';

const ROWS = 2_000;
const SHARES = [0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3, 0.5, 0.7, 0.85, 0.9, 0.95, 0.99, 1];
/** Other values are from 1 to 10. */
const PLACES = { minimum: 0, middle: 5, maximum: 11 } as const;

/** Rows of which a share is the heap, and the others are spread; of `moved`, the heap is spread over its neighbours. */
function rowsWith(share: number, heap: number, seed: number, moved: boolean): Float64Array {
  const next = uniform(seed);
  return Float64Array.from({ length: ROWS }, (_, row) => {
    if (row >= share * ROWS) return 1 + 9 * next();
    return moved ? heap + (next() - 0.5) : heap;
  });
}

function compare(reference: Float64Array, current: Float64Array) {
  const profile = fitProfile(table({ x: numeric(reference) }), ['x']);
  const window = emptyWindow(profile);
  addRows(window, profile, table({ x: numeric(current) }));
  const scope = { monitored: ['x'], decisive: ['x'] };
  const report = evaluateDrift(profile, window, DRIFT_DEFAULTS, scope);
  const [column, counts] = [profile.columns[0], window.columns[0]];
  const [feature] = report.features;
  if (column?.kind !== 'numeric' || counts?.kind !== 'numeric' || feature === undefined) throw new Error('x');
  return { bins: column.bins, counts, feature, report };
}

/** Rows between neighbouring edges, by a count of its own. */
function countBetween(values: Float64Array, edges: readonly number[]): number[] {
  return Array.from({ length: edges.length + 1 }, (_, i) => {
    const [low, high] = [edges[i - 1] ?? -Infinity, edges[i] ?? Infinity];
    return values.filter((value) => value > low && value <= high).length;
  });
}

describe.each(Object.entries(PLACES))('a heap at the %s', (_, heap) => {
  it.each(SHARES)('is seen as KS sees it when its rows spread, with a share of %d', (share) => {
    const reference = rowsWith(share, heap, 1, false);
    const current = rowsWith(share, heap, 2, true);
    const { bins, counts, feature, report } = compare(reference, current);
    const edges = bins.coarse.map((index) => bins.edges[index] as number);
    const [was, is] = [countBetween(reference, edges), countBetween(current, edges)];
    expect(coarsen(counts.counts, bins)).toEqual(is);
    expect(feature.measures.psi?.value).toBeCloseTo(psi(was, is).statistic, 12);
    // A decile's share is a bin of its own, so that nothing below it or above it is counted with it.
    if (share > 0.1) expect(is).toContain(current.filter((value) => value === heap).length);
    const exact = ksPValue(ksStatistic(reference, current), ROWS, ROWS);
    if (exact < 1e-6) {
      expect(feature.measures.psi?.pValue).toBeLessThan(1e-6);
      expect(report.verdict).toBe('drifted');
    }
    if (share >= 0.05) expect(report.verdict).toBe('drifted');
  });

  it.each(SHARES)('is stable while nothing changes, with a share of %d', (share) => {
    const { report } = compare(rowsWith(share, heap, 1, false), rowsWith(share, heap, 2, false));
    expect(report.verdict).toBe('stable');
  });
});

describe('the bins of a heap', () => {
  it('leaves out the heap where the other values shift: the whole column dilutes their shift', () => {
    const rare = (shift: number, seed: number) => {
      const next = uniform(seed);
      return Float64Array.from({ length: 10_000 }, () =>
        next() < 0.97 ? 0 : 5 + shift + next() + next() + next() - 1.5,
      );
    };
    const { feature } = compare(rare(0, 1), rare(0.5, 2));
    expect(feature.alarms?.map(({ measure }) => measure)).toEqual(['shift in sd of the rest']);
    expect(feature.measures.wasserstein?.value).toBeLessThan(0.1);
    expect(compare(rare(0, 1), rare(0, 2)).feature.verdict).toBe('ok');
  });

  it('hold one value from two hundredths of the rows on', () => {
    const { bins } = compare(rowsWith(0.05, 5, 1, false), rowsWith(0.05, 5, 2, false));
    const single = singleValueBins(bins).map((bin) => bins.edges[bin]);
    expect(single).toContain(5);
  });
});
