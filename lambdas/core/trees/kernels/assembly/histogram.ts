/** Sums of first and second derivatives per bin. A pair of doubles is one vector: both are added at once. */

@inline
function addPair(histogram: usize, bin: u32, pair: v128): void {
  const at = histogram + (<usize>bin << 4);
  v128.store(at, f64x2.add(v128.load(at), pair));
}

/**
 * Adds the rows' derivatives to their bins.
 *
 * @param bins - Row by row, of type T.
 * @param pairs - Two doubles per row.
 * @param rows - Numbers of the rows to add.
 */
@inline
function fill<T>(histogram: usize, bins: usize, features: i32, pairs: usize, rows: usize, count: i32): void {
  const width = <usize>features * sizeof<T>();
  const fours = width & ~(4 * sizeof<T>() - 1);
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    const pair = v128.load(pairs + (row << 4));
    let at = bins + row * width;
    const end = at + width;
    for (const stop = at + fours; at < stop; at += 4 * sizeof<T>()) {
      addPair(histogram, load<T>(at), pair);
      addPair(histogram, load<T>(at, sizeof<T>()), pair);
      addPair(histogram, load<T>(at, 2 * sizeof<T>()), pair);
      addPair(histogram, load<T>(at, 3 * sizeof<T>()), pair);
    }
    for (; at < end; at += sizeof<T>()) addPair(histogram, load<T>(at), pair);
  }
}

/** @param width - Bytes of a bin: 2 or 4. */
export function fillHistogram(
  width: i32,
  histogram: usize,
  bins: usize,
  features: i32,
  pairs: usize,
  rows: usize,
  count: i32,
): void {
  if (width == 2) fill<u16>(histogram, bins, features, pairs, rows, count);
  else fill<u32>(histogram, bins, features, pairs, rows, count);
}

/** Takes one child's sums from the parent's in place: what is left is the other child's. */
export function subtractHistogram(parent: usize, child: usize, bins: i32): void {
  for (const end = parent + (<usize>bins << 4); parent < end; parent += 16, child += 16)
    v128.store(parent, f64x2.sub(v128.load(parent), v128.load(child)));
}
