/** Mean and population standard deviation (divided by n). */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Returns the values that can be features: present, and finite as float32, the precision of comparisons in trees. */
export function usableValues(values: Float64Array): Float64Array {
  const usable = new Float64Array(values.length); // `filter` would take ten times as long
  let count = 0;
  for (const value of values) if (Number.isFinite(Math.fround(value))) usable[count++] = value;
  return usable.subarray(0, count);
}

/**
 * Computes moments in two passes; undefined without values. For equal values the mean is that value and the deviation
 * 0. Their rounded sum would not give that: (1.1 + 1.1 + 1.1) / 3 > 1.1.
 */
export function momentsOf(values: Float64Array): Moments | undefined {
  const first = values[0];
  if (first === undefined) return undefined;
  if (values.every((value) => value === first)) return { mean: first, deviation: 0 };
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
