/** Categories that a window has and the dictionary has not: how many are expected, and how sure that is. */

import type { Share } from '../numeric/hypergeometric.ts';
import type { CategoryCounts } from './histogram.ts';
import { sum } from './psi-and-tests.ts';

export interface CategoryFrequency {
  readonly category: string;
  readonly count: number;
}

/** Most frequent first, equals by name. */
export function byFrequency(x: CategoryFrequency, y: CategoryFrequency): number {
  return y.count - x.count || (x.category < y.category ? -1 : 1);
}

const NEVER_SEEN: CategoryFrequency = { category: '', count: 0 };

/**
 * The share of the next rows whose category will not be in the dictionary, if nothing changes: the share of the
 * rows that would not be in the dictionary of all the *other* rows. While every category is kept, that is Good and
 * Turing's estimate, the categories seen once over n (Good, The population frequencies of species and the
 * estimation of population parameters, 1953).
 *
 * @param ordered - All categories of the reference, by {@link byFrequency}.
 * @param kept - How many of them the dictionary has.
 * @returns 0 to 1; 0 without rows
 */
export function expectedUnseenShare(ordered: readonly CategoryFrequency[], kept: number): number {
  const first = ordered[kept] ?? NEVER_SEEN;
  let rows = 0;
  let unseen = 0;
  ordered.forEach(({ category, count }, position) => {
    rows += count;
    const dropsOut = byFrequency({ category, count: count - 1 }, first) > 0;
    if (position >= kept || dropsOut) unseen += count;
  });
  return unseen / Math.max(1, rows);
}

/**
 * The reference as a sample of as many rows as its estimate of the unseen share is worth. Each category that is nearly
 * left out makes the estimate worse than a counted share: its variance is, of n rows with the share u,
 * (n u + c (c + 1) f - n u^2) / n^2, where c rows keep a category and f categories have one more. With c = 1 that is
 * Esty's (A normal limit law for a nonparametric estimator of the coverage of a random sample, 1983).
 *
 * @param share - {@link expectedUnseenShare}
 */
export function unseenReference({ counts, unseen }: CategoryCounts, share: number): Share {
  const n = sum(counts) + unseen;
  const least = unseen === 0 ? 1 : (counts[counts.length - 1] as number); // some are left out, so some are kept
  const next = counts.filter((count) => count === least + 1).length;
  const variance = (n * share + least * (least + 1) * next - n * share * share) / (n * n);
  const worth = share * (1 - share) > 0 ? Math.min(n, (share * (1 - share)) / variance) : n;
  const rows = Math.max(1, Math.floor(worth));
  return { count: Math.ceil(share * rows), rows };
}
