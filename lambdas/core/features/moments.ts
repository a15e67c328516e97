/** Mean and population standard deviation (divided by n). */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Whether a number can be a feature: XGBoost compares in float32, and a value that becomes infinite there is
 * refused. Leaving such values out also keeps the sums below within a double's range.
 */
export function isUsable(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}

/** The values that can be features, ascending. */
export function sortedUsable(values: Float64Array): Float64Array {
  return values.filter(isUsable).sort();
}

/**
 * Moments in two passes. A constant column has exactly its value as mean and deviation 0; undefined when there
 * is no value.
 *
 * @param sorted - Ascending and usable, so that the result does not depend on the order of rows.
 */
export function moments(sorted: Float64Array): Moments | undefined {
  const first = sorted[0];
  if (first === undefined) return undefined;
  if (first === sorted.at(-1)) return { mean: first, deviation: 0 };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, deviation: Math.sqrt(squares / sorted.length) };
}
