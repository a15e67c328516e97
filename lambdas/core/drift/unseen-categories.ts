/** Categories that a window has and the dictionary has not: how many are expected, and how many are too many. */

import { chiSquareTail } from '../numeric/distributions.ts';

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
 * P(an excess of at least this by chance alone): the one-sided two-sample test of proportions, by the normal
 * approximation with pooled variance and Yates' continuity correction, which the few rows of a small sample need.
 * Both shares are estimates, each from its own rows. Within the correction, or without an excess: 1.
 */
export function unseenPValue(
  reference: { readonly share: number; readonly rows: number },
  current: { readonly share: number; readonly rows: number },
): number {
  const perRow = 1 / reference.rows + 1 / current.rows;
  const excess = current.share - reference.share - perRow / 2;
  if (!(excess > 0)) return 1;
  const pooled =
    (reference.share * reference.rows + current.share * current.rows) / (reference.rows + current.rows);
  return chiSquareTail((excess * excess) / (pooled * (1 - pooled) * perRow), 1) / 2;
}
