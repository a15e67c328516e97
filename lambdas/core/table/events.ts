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

/** Positions within the given order; each row is in exactly one part. */
export interface Split {
  readonly train: Int32Array;
  readonly holdout: Int32Array;
  /** Rows of before the holdout whose outcomes are not known when it begins: used by neither. */
  readonly gap: Int32Array;
  /** Newest rows of keys that training has, where only new keys are held out: used by neither. */
  readonly knownKeys: Int32Array;
}

/** How the newest rows are held out. */
export interface TimeSplit {
  /** Between 0 and 1. */
  readonly holdoutShare: number;
  /** Whether rows of a key that training has are held out, or left out. */
  readonly keys: 'all' | 'new-only';
  /** Time from an event until its outcome is known, at least 0. */
  readonly gapMs: number;
}

/**
 * Holds out the newest rows. The boundary is a change of time: the last one that leaves the share, else the first after
 * it. A row is trained on if its outcome is known at the first event that is held out: `time + gapMs <=` that event's.
 * If all rows have one time, all are held out.
 *
 * @param times - Ascending.
 * @param key - See {@link identity}.
 */
export function splitByTime(
  times: Float64Array,
  key: (position: number) => number,
  { holdoutShare, keys, gapMs }: TimeSplit,
): Split {
  const cut = changeOfTime(times, Math.round(times.length * (1 - holdoutShare)));
  const begin = times[cut] as number; // NaN of no rows: nothing is before it
  let end = cut;
  while (end > 0 && (times[end - 1] as number) + gapMs > begin) end -= 1; // end > 0
  const known = new Set<number>();
  if (keys === 'new-only') for (let position = 0; position < end; position += 1) known.add(key(position));
  const isKnown = (position: number) => known.has(key(position));
  const newest = range(cut, times.length);
  return {
    train: range(0, end),
    gap: range(end, cut),
    holdout: newest.filter((position) => !isKnown(position)),
    knownKeys: newest.filter(isKnown),
  };
}

/** The last position up to `wanted` where the time differs from the one before; the first after it where none is; or 0. */
function changeOfTime(times: Float64Array, wanted: number): number {
  const differs = (position: number) => times[position] !== times[position - 1];
  let cut = Math.min(wanted, times.length - 1);
  while (cut > 0 && !differs(cut)) cut -= 1;
  if (cut > 0) return cut;
  for (let after = Math.max(1, wanted + 1); after < times.length; after += 1)
    if (differs(after)) return after;
  return 0;
}

const range = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => from + i);

/**
 * Holds out a share of the keys, chosen by a hash of each: the same key always falls on the same side, at whatever time.
 *
 * @param hash - 0 to 2^32 - 1, evenly spread; equal where the key is equal.
 */
export function splitByHash(rows: number, hash: (position: number) => number, holdoutShare: number): Split {
  const train: number[] = [];
  const holdout: number[] = [];
  for (let position = 0; position < rows; position += 1)
    (hash(position) < holdoutShare * 0x1_0000_0000 ? holdout : train).push(position);
  const none = new Int32Array(0);
  return { train: Int32Array.from(train), holdout: Int32Array.from(holdout), gap: none, knownKeys: none };
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
