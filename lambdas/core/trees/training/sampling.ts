/** Sampling of the rows and columns that a tree may use. */

import type { Random } from '../../numeric/random.ts';

/** Zeroes the derivatives of rows that are left out, each kept with probability `share` on its own. */
export function dropRows(gradients: Float64Array, share: number, random: Random): void {
  for (let at = 0; at < gradients.length; at += 2) {
    if (random.uniform() >= share) gradients.fill(0, at, at + 2);
  }
}

/** `share` of the columns 0 to `count` - 1, rounded down but at least one, ascending, without repeats. */
export function sampleColumns(count: number, share: number, random: Random): Int32Array {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const kept = Math.max(1, Math.floor(share * count));
  // A Fisher-Yates shuffle that stops when the kept places are filled.
  for (let i = 0; i < kept; i++) {
    const other = i + random.below(count - i);
    // Both places are below count.
    const chosen = all[other] as number;
    all[other] = all[i] as number;
    all[i] = chosen;
  }
  return all.subarray(0, kept).sort();
}
