/** A stretch of replayed time, [from, to) in ms since 1970, and its rows as positions [first, end). */
export interface ReplayWindow {
  /** From 1. */
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly end: number;
}

const DAY_MS = 86_400_000;

/**
 * Cuts rows in time order into windows of equal length. A short rest at the end joins the last window: less
 * than half a window, or fewer than `minRows` rows. A window without rows stays, because time passes there
 * too.
 *
 * @param times - Ascending, ms since 1970.
 */
export function cutWindows(
  times: Float64Array,
  start: number,
  { days, minRows }: { readonly days: number; readonly minRows: number },
): readonly ReplayWindow[] {
  const windows: ReplayWindow[] = [];
  const last = times.at(-1) ?? start;
  let first = lowerBound(times, start);
  for (let from = start; from <= last; from += days * DAY_MS) {
    const to = from + days * DAY_MS;
    const end = lowerBound(times, to);
    windows.push({ number: windows.length + 1, from, to, first, end });
    first = end;
  }
  const [before, rest] = windows.slice(-2);
  if (before === undefined || rest === undefined) return windows;
  if (rest.end - rest.first >= minRows && last - rest.from >= (days * DAY_MS) / 2) return windows;
  return [...windows.slice(0, -2), { ...before, to: rest.to, end: rest.end }];
}

/** Days of a window that have rows, in order, each with its rows. */
export function* daysOf(times: Float64Array, window: ReplayWindow): Generator<ReplayWindow> {
  let first = window.first;
  for (let from = window.from; from < window.to; from += DAY_MS) {
    const to = Math.min(from + DAY_MS, window.to);
    const end = Math.min(window.end, lowerBound(times, to));
    if (end > first) yield { number: window.number, from, to, first, end };
    first = end;
  }
}

/** The first position whose time is not before `time`. */
export function lowerBound(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < time)
      low = middle + 1; // middle < length
    else high = middle;
  }
  return low;
}
