/**
 * When a mean of squares has no interval: some errors are so large that the next ones decide it. The sample cannot say
 * how large those are, so an interval from it would be wrong most of the time.
 */

/** E|x| sqrt(pi / 2) is the deviation of a normal variable: Geary's ratio (1935) is 1 for normal errors. */
const NORMAL_RATIO = 1.2533141373155003;
/** Both limits on 100 rows, in units of 1 / sqrt(rows): about 3 % of normal samples of 100 rows are beyond one. */
const KURTOSIS_LIMIT = 9;
const RATIO_LIMIT = 0.65;
/** From this many rows on the limits grow with the square root of the rows: a mean of more rows bears more. */
const GROWS_FROM = 100;

/**
 * Returns why the mean square of these values has no interval, or undefined where it may have one. They are heavy tailed
 * when their kurtosis is more than 3 + 9 s, or their root mean square more than 1 + 0.65 s times that of normal values
 * of the same mean absolute value, with s = max(1, rows / 100) / sqrt(rows).
 *
 * @param name - As it stands in the reason: `errors`.
 * @param leniency - Factor of both limits.
 */
export function heavyTails(values: Float64Array, name: string, leniency = 1): string | undefined {
  const rows = values.length;
  const scale = (leniency * Math.max(1, rows / GROWS_FROM)) / Math.sqrt(rows);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return undefined;
  let [absolute, square, fourth] = [0, 0, 0]; // sums, in units of the largest: no power of it overflows
  for (const value of values) {
    const size = Math.abs(value) / largest;
    absolute += size;
    square += size * size;
    fourth += size * size * size * size;
  }
  const kurtosis = (rows * fourth) / (square * square);
  const ratio = Math.sqrt(square * rows) / (NORMAL_RATIO * absolute);
  if (kurtosis > 3 + KURTOSIS_LIMIT * scale)
    return `the ${name} have heavy tails: kurtosis ${kurtosis.toFixed(1)}, at most ${(3 + KURTOSIS_LIMIT * scale).toFixed(1)} on ${rows} rows`;
  if (ratio > 1 + RATIO_LIMIT * scale)
    return `the ${name} have heavy tails: ${ratio.toFixed(2)} times the spread of normal ones, at most ${(1 + RATIO_LIMIT * scale).toFixed(2)} on ${rows} rows`;
  return undefined;
}
