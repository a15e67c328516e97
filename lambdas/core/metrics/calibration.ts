/** Whether a probability of 0.3 comes true 3 times in 10. */

import { Z95 } from '../numeric/distributions.ts';
import { type Influence, meanInfluence, raisedVarianceOf } from './influence.ts';
import { type Interval, MEAN_SKEWNESS } from './intervals.ts';

/** Equal-width bins of the probability. */
const BINS = 10;

/** Deviations from the mean of one squared normal variable to its 97.5 % quantile: (5.02 - 1) / sqrt(2). */
const NOISE_QUANTILE = 2.84;

/** Rows of each class that a bin must expect, or it is joined with the next: the noise of fewer is not normal. */
const EXPECTED = 5;

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
    const bin = binOf(probability);
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

/**
 * The calibration error: the root of the mean over rows of the squared difference between the mean probability of their
 * bin and its true share of positives. Noise makes the difference that a bin shows larger than the true one, so what
 * noise alone adds is taken off the square (the debiased estimator of Kumar, Liang and Ma, NeurIPS 2019). The square has
 * no bias; below 0 it counts as 0. Bins that expect fewer than 5 rows of a class are joined.
 *
 * The interval holds every error e whose square is within z sqrt(4 a e^2 + 2 b) of the estimated square: a is the
 * variance of a difference that shows, b the squared variance of one that is only noise.
 *
 * @returns undefined where no bin has two rows
 */
export function calibrationError(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): Interval | undefined {
  const joined = joinBins(labels, probabilities);
  let [rows, square, noise] = [0, 0, 0];
  for (const { rows: n, expected, difference, ownSquares } of joined.bins) {
    if (n < 2) continue;
    const share = (expected - difference + expected / n) / (n + 1); // one row as predicted: no bin is certain
    rows += n;
    square += (difference * difference - ownSquares) / (n - 1); // over pairs of different rows
    noise += share * (1 - share) * share * (1 - share); // n^2 times the squared variance of the bin's mean
  }
  if (rows === 0) return undefined;
  square /= rows;
  noise /= rows * rows;
  const shown = shownSquare(labels, probabilities, joined);
  const a = shown.value > 0 ? raisedVarianceOf(shown, MEAN_SKEWNESS) / (4 * shown.value) : 0;
  const z2 = Z95 * Z95;
  const center = square + 2 * z2 * a;
  const half = root(4 * z2 * a * (square + z2 * a) + 2 * noise * NOISE_QUANTILE * NOISE_QUANTILE);
  const value = root(square);
  return { value, low: Math.min(value, root(center - half)), high: Math.max(value, root(center + half)) };
}

/** The influence of each row on the calibration error as it shows, for paired comparisons. */
export function calibrationInfluence(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Influence {
  const { value, rows, least } = shownSquare(labels, probabilities, joinBins(labels, probabilities));
  const slope = value > 0 ? 2 * Math.sqrt(value) : 1;
  return {
    value: calibrationError(labels, probabilities)?.value ?? Number.NaN,
    rows: rows.map((one) => one / slope),
    least,
  };
}

/** Sums over the rows of joined bins. */
interface Joined {
  readonly bins: readonly {
    readonly rows: number;
    /** Sum of the probabilities. */
    readonly expected: number;
    /** Sum of the probabilities less the labels. */
    readonly difference: number;
    /** Sum of the squares of these differences. */
    readonly ownSquares: number;
  }[];
  /** The joined bin of each of the equal-width bins. */
  readonly place: readonly number[];
}

function joinBins(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Joined {
  const place: number[] = [];
  let [current, expected, others] = [0, 0, 0];
  for (const { rows, predicted } of calibrationTable(labels, probabilities)) {
    place.push(current);
    expected += rows * (predicted ?? 0);
    others += rows * (1 - (predicted ?? 0));
    if (expected < EXPECTED || others < EXPECTED) continue;
    [current, expected, others] = [current + 1, 0, 0];
  }
  const last = Math.max(0, current - 1); // what is left over joins the bin before
  const bins = Array.from({ length: last + 1 }, () => ({
    rows: 0,
    expected: 0,
    difference: 0,
    ownSquares: 0,
  }));
  const joined = place.map((one) => Math.min(one, last));
  for (let row = 0; row < labels.length; row++) {
    const probability = probabilities[row] as number; // as many as labels
    const error = probability - (labels[row] as number);
    const bin = bins[joined[binOf(probability)] as number] as (typeof bins)[number]; // at most the last
    bin.rows += 1;
    bin.expected += probability;
    bin.difference += error;
    bin.ownSquares += error * error;
  }
  return { bins, place: joined };
}

/** The mean squared difference that the bins show, noise included, and the influence of each row on it. */
function shownSquare(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  { bins, place }: Joined,
): Influence {
  const means = bins.map(({ rows, difference }) => difference / rows);
  return meanInfluence(
    Float64Array.from(probabilities, (probability, row) => {
      const mean = means[place[binOf(probability)] as number] as number; // the bin of this row
      return mean * (2 * (probability - (labels[row] as number)) - mean);
    }),
  );
}

const binOf = (probability: number): number => Math.min(BINS - 1, Math.floor(probability * BINS));

const root = (square: number): number => Math.sqrt(Math.max(0, square));
