/** All the statistics of one column: a window's counts against the reference's. */

import { coarseRanks, type NumericBins } from './bins.ts';
import type { CategoryCounts, NumericCounts } from './histogram.ts';
import type { CategoryProfile } from './profile.ts';
import {
  type Counts,
  chiSquareHomogeneity,
  jensenShannonDistance,
  largestShareChange,
  psi,
  sum,
} from './psi-and-tests.ts';
import { measureShift, type Shift } from './shift.ts';
import type { CategoricalStatistic, NumericStatistic } from './spec.ts';
import { ksPValue } from './two-sample.ts';

/** A statistic, and how likely one at least this large is when nothing has changed. */
export interface Measure {
  readonly value: number;
  readonly pValue: number;
}

/**
 * The statistics of a numeric column. Jensen-Shannon has the p-value of PSI, Wasserstein that of KS: both
 * answer whether the same two histograms can differ this much by chance.
 *
 * Both sides must have at least one value.
 */
export function readNumeric(
  bins: NumericBins,
  reference: NumericCounts,
  current: NumericCounts,
): Record<NumericStatistic, Measure> {
  const was = coarsen(reference.counts, bins);
  const is = coarsen(current.counts, bins);
  const stability = psi(was, is);
  const { gap, distance } = measureShift(bins, reference, current) as Shift; // both have values
  const pValue = ksPValue(gap, sum(reference.counts), sum(current.counts));
  return {
    psi: { value: stability.statistic, pValue: stability.pValue },
    js: { value: jensenShannonDistance(was, is), pValue: stability.pValue },
    ks: { value: gap, pValue },
    wasserstein: { value: distance, pValue },
  };
}

/**
 * Compares category counts; all unseen categories count as one extra category. The reference gets the number expected
 * in rows like its own. So rare categories, which differ from sample to sample, are not drift. Both sides must have at
 * least one value.
 */
export function readCategories(
  { unseenShare }: Pick<CategoryProfile, 'unseenShare'>,
  reference: CategoryCounts,
  current: CategoryCounts,
): Record<CategoricalStatistic, Measure> {
  const seen = sum(reference.counts);
  const n = seen + reference.unseen;
  const scale = ((1 - unseenShare) * n) / Math.max(1, seen);
  const was = [...reference.counts.map((count) => count * scale), unseenShare * n];
  const is = [...current.counts, current.unseen];
  const stability = psi(was, is);
  const homogeneity = chiSquareHomogeneity(was, is);
  return {
    psi: { value: stability.statistic, pValue: stability.pValue },
    js: { value: jensenShannonDistance(was, is), pValue: stability.pValue },
    'l-infinity': { value: largestShareChange(was, is), pValue: stability.pValue },
    'chi-square': { value: homogeneity.statistic, pValue: homogeneity.pValue },
  };
}

/** Fine counts summed into the coarse (PSI) bins. */
export function coarsen(counts: Counts, bins: NumericBins): number[] {
  const coarse = new Array<number>(bins.coarse.length + 1).fill(0);
  coarseRanks(bins).forEach((rank, bin) => {
    coarse[rank] = (coarse[rank] as number) + (counts[bin] as number); // one rank per fine bin
  });
  return coarse;
}
