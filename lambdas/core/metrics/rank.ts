/** Rank correlation. */

/**
 * Spearman's correlation: Pearson's of the ranks, equal values sharing their mean rank; -1 to 1, NaN when a
 * side does not vary. Both sides have one length and no NaN.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const x = ranks(a);
  const y = ranks(b);
  const middle = (a.length + 1) / 2; // the mean of all ranks, ties or not
  let [covariance, xx, yy] = [0, 0, 0];
  x.forEach((rank, row) => {
    const dx = rank - middle;
    const dy = (y[row] as number) - middle; // one length
    covariance += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return covariance / Math.sqrt(xx * yy);
}

/** Ranks from 1, ties at their mean: halfway between the count of smaller and of not larger values. */
function ranks(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort();
  return Float64Array.from(
    values,
    (value) => (countBelow(sorted, value, false) + countBelow(sorted, value, true) + 1) / 2,
  );
}

/** Counts the values below one, or also those equal to it. @param sorted - Ascending, no NaN. */
export function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] as number; // low <= middle < high
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
