/** Parts a node's rows between its children. */

/**
 * Brings the rows that go left to the front, keeping the order on both sides.
 *
 * @param rows - Numbers of the node's rows.
 * @param spare - Room for as many.
 * @param bins - The split's column of bins, by row number, of type T.
 * @param split - Rows in bins before this one go left.
 * @param missing - So do those in this bin.
 * @returns how many go left
 */
@inline
function part<T>(rows: usize, spare: usize, bins: usize, split: i32, missing: i32, count: i32): i32 {
  let left = rows;
  let right = spare;
  for (let i = 0; i < count; i++) {
    const row = load<u32>(rows + (<usize>i << 2));
    const bin = <i32>load<T>(bins + <usize>row * sizeof<T>());
    // Writing to both sides spares a branch that no processor can predict.
    const goes = <usize>(i32(bin < split) | i32(bin == missing));
    store<u32>(left, row);
    store<u32>(right, row);
    left += goes << 2;
    right += (1 - goes) << 2;
  }
  memory.copy(left, spare, right - spare);
  return <i32>((left - rows) >> 2);
}

/** @param width - Bytes of a bin: 2 or 4. */
export function partition(
  width: i32,
  rows: usize,
  spare: usize,
  bins: usize,
  split: i32,
  missing: i32,
  count: i32,
): i32 {
  if (width == 2) return part<u16>(rows, spare, bins, split, missing, count);
  return part<u32>(rows, spare, bins, split, missing, count);
}
