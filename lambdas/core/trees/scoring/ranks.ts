/**
 * Replaces feature values by ranks: how many of the model's own thresholds on that feature are at or below the value.
 * `value < thresholds[k]` is then `rank <= k`, a comparison of small integers.
 */

/** Buckets of a feature's first lookup; with a few hundred thresholds one or two are left to compare. */
const BUCKETS = 1024;

/** Ascending, distinct thresholds of one feature, cut into buckets of equal width between the first and the last. */
export interface RankTable {
  readonly thresholds: Float32Array;
  /** Thresholds before each bucket; one more entry than there are buckets. */
  readonly starts: Uint16Array;
  readonly lowest: number;
  /** Buckets per unit of the value. */
  readonly scale: number;
}

/** @param thresholds - Ascending and distinct, fewer than 65,536. */
export function rankTable(thresholds: Float32Array): RankTable {
  const lowest = thresholds[0] ?? 0;
  const width = (thresholds.at(-1) ?? 0) - lowest;
  // If the width is 0 or beyond all numbers, everything falls into the first bucket.
  const scale = width > 0 && width < Number.MAX_VALUE ? (BUCKETS - 1) / width : 0;
  const starts = new Uint16Array(BUCKETS + 1);
  for (const threshold of thresholds) {
    const at = bucketOf(threshold, lowest, scale) + 1;
    starts[at] = (starts[at] as number) + 1;
  }
  for (let i = 1; i <= BUCKETS; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  return { thresholds, starts, lowest, scale };
}

/** Never falls when the value rises, whatever is rounded: thresholds of other buckets need no look. */
function bucketOf(value: number, lowest: number, scale: number): number {
  const at = (value - lowest) * scale;
  return at > 0 ? (at < BUCKETS ? at | 0 : BUCKETS - 1) : 0;
}

/** How many thresholds are at or below the value, which is not NaN. */
export function rankOf({ thresholds, starts, lowest, scale }: RankTable, value: number): number {
  const bucket = bucketOf(value, lowest, scale);
  let low = starts[bucket] as number;
  // Nearly always one step: most buckets hold one threshold or none.
  for (let high = starts[bucket + 1] as number; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((thresholds[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
