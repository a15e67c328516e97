import { columnOf, numbersOf } from './rows.ts';
import type { Column, Table } from './table.ts';

/**
 * Row positions of a history in order of event time, one per key and time: of rows that say the same key and
 * time, the last in the table (ingested last) counts. Rows outside [from, to) are left out.
 */
export function orderEvents(
  table: Table,
  names: { readonly key: string; readonly time: string },
  window: { readonly from: number; readonly to: number },
): Int32Array {
  const times = numbersOf(table, names.time);
  const key = identity(columnOf(table, names.key));
  const inside: number[] = [];
  for (let row = 0; row < table.rows; row += 1) {
    const time = times[row] as number; // row < rows
    if (time >= window.from && time < window.to) inside.push(row);
  }
  const timeOf = (row: number) => times[row] as number; // positions come from the table
  inside.sort((a, b) => timeOf(a) - timeOf(b) || key(a) - key(b) || a - b);
  const kept = inside.filter((row, i) => {
    const next = inside[i + 1];
    return next === undefined || timeOf(next) !== timeOf(row) || key(next) !== key(row);
  });
  return Int32Array.from(kept);
}

/** A number per row that is equal where the key is equal. */
export function identity(column: Column): (row: number) => number {
  const numbers = column.kind === 'numeric' ? column.values : column.codes;
  return (row) => numbers[row] as number; // the caller's rows are inside
}

export interface Split {
  /** Positions within the given order. */
  readonly train: Int32Array;
  readonly holdout: Int32Array;
}

/**
 * The newest rows are held out: every training row is older than every holdout row, and no key is in both. The
 * boundary is moved to a change of time; rows of a key that is also in training are left out of the holdout.
 *
 * @param times - Ascending.
 * @param key - See {@link identity}.
 * @param holdoutShare - Between 0 and 1.
 */
export function splitByTime(
  times: Float64Array,
  key: (position: number) => number,
  holdoutShare: number,
): Split {
  const rows = times.length;
  let cut = Math.max(0, Math.min(rows - 1, Math.round(rows * (1 - holdoutShare))));
  while (cut > 0 && times[cut] === times[cut - 1]) cut -= 1;
  const known = new Set<number>();
  for (let position = 0; position < cut; position += 1) known.add(key(position));
  const holdout: number[] = [];
  for (let position = cut; position < rows; position += 1)
    if (!known.has(key(position))) holdout.push(position);
  return { train: Int32Array.from({ length: cut }, (_, i) => i), holdout: Int32Array.from(holdout) };
}

/**
 * A share of the keys, chosen by a hash of each, is held out: the same key always falls on the same side.
 *
 * @param hash - 0 to 2^32 - 1, evenly spread; equal where the key is equal.
 */
export function splitByHash(rows: number, hash: (position: number) => number, holdoutShare: number): Split {
  const train: number[] = [];
  const holdout: number[] = [];
  for (let position = 0; position < rows; position += 1)
    (hash(position) < holdoutShare * 0x1_0000_0000 ? holdout : train).push(position);
  return { train: Int32Array.from(train), holdout: Int32Array.from(holdout) };
}

/**
 * MurmurHash3's finaliser `fmix32` (Appleby, github.com/aappleby/smhasher): every bit of a 32-bit hash comes to
 * depend on every other. FNV alone leaves the high bits of texts that only count up too alike to compare with a share.
 */
export function fmix32(hash: number): number {
  let z = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

/** FNV-1a, 32 bits (draft-eastlake-fnv-21), of the text's UTF-16 code units. For shares: `fmix32` of it. */
export function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x0100_0193);
  }
  return hash >>> 0;
}
