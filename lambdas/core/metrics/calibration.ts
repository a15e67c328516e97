/** Whether a probability of 0.3 comes true 3 times in 10. */

/** Equal-width bins of the probability. */
const BINS = 10;

export interface CalibrationBin {
  /** Bounds of the probability: `low <= p < high`; the last bin includes 1. */
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  /** Mean probability of the bin's rows; null when it has none. */
  readonly predicted: number | null;
  /** Share of positives among them. */
  readonly observed: number | null;
}

/** The reliability table. @param labels - 0 or 1. @param probabilities - 0 to 1. */
export function calibrationTable(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): CalibrationBin[] {
  const rows = new Float64Array(BINS);
  const predicted = new Float64Array(BINS);
  const observed = new Float64Array(BINS);
  for (let row = 0; row < labels.length; row++) {
    const probability = probabilities[row] as number; // as many as labels
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS));
    rows[bin] = (rows[bin] as number) + 1; // bin < BINS
    predicted[bin] = (predicted[bin] as number) + probability;
    observed[bin] = (observed[bin] as number) + (labels[row] as number);
  }
  return Array.from(rows, (count, bin) => ({
    low: bin / BINS,
    high: (bin + 1) / BINS,
    rows: count,
    predicted: count === 0 ? null : (predicted[bin] as number) / count,
    observed: count === 0 ? null : (observed[bin] as number) / count,
  }));
}

/** Expected calibration error: the mean over rows of |predicted - observed| of their bin, 0 to 1. */
export function calibrationError(table: readonly CalibrationBin[]): number {
  let [total, error] = [0, 0];
  for (const { rows, predicted, observed } of table) {
    if (predicted === null || observed === null) continue;
    total += rows;
    error += rows * Math.abs(predicted - observed);
  }
  return error / total;
}
