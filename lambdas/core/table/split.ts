/** Rows to train on, and rows held out. */

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
 * @param key - as `keyCodes` gives it.
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
