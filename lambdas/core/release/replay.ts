import { coarsen } from '../drift/all-statistics.ts';
import { fitBins } from '../drift/bins.ts';
import { countNumeric, emptyNumeric } from '../drift/histogram.ts';
import { psi } from '../drift/psi-and-tests.ts';
import { spearman } from '../metrics/rank.ts';

/** The same past requests scored by both versions; NaN where a version refused the row. */
export interface ReplayScores {
  readonly champion: Float32Array;
  readonly challenger: Float32Array;
  /** Decision threshold of a binary problem: a decision that changes is a flip. */
  readonly threshold?: number;
  /** Drift or new labels asked for a different model, so that different scores alone are not harm. */
  readonly changeExpected: boolean;
}

export interface ReplayVerdict {
  readonly kind: 'pass' | 'fail';
  /** One short sentence with the figures that matter; of a failure, only what failed, with its limit. */
  readonly reason: string;
}

/** Largest share of rows that the challenger refuses and the champion scores. */
const MAX_REFUSED = 0.02;
const MAX_FLIPS = 0.1;
const MIN_RANK_CORRELATION = 0.8;
const MAX_SCORE_PSI = 0.25;
/** Fewer rows than this prove nothing. */
const MIN_ROWS = 100;

/**
 * Judges a challenger on past requests before it answers a live one. Paired, so there is no sampling noise.
 * Refused rows always count; moved scores, flipped decisions and a changed ranking only where no change was expected.
 */
export function judgeReplay(scores: ReplayScores): ReplayVerdict {
  const { champion, challenger, changeExpected } = scores;
  const known = rowsOf(champion);
  const rows = known.filter((row) => Number.isFinite(challenger[row]));
  if (known.length < MIN_ROWS) return fail(known.length, [`at least ${MIN_ROWS} are needed`]);

  const refused = known.length - rows.length;
  const mostRefused = Math.floor(MAX_REFUSED * known.length);
  if (refused > mostRefused)
    return fail(known.length, [`the new version refuses ${count(refused)} > ${count(mostRefused)}`]);

  if (isConstant(challenger, rows))
    return fail(known.length, ['the new version gives every request the same score']);
  const changes = measureChanges(scores, rows);
  const beyond = changes.filter(({ limit }) => limit !== null);
  if (!changeExpected && beyond.length > 0)
    return fail(
      known.length,
      beyond.map(({ text, limit }) => `${text} ${limit}`),
    );
  const texts = changes.map(({ text }) => text);
  if (refused > 0) texts.push(`${count(refused)} refused`);
  const expected = beyond.length > 0 ? ' (expected)' : '';
  return { kind: 'pass', reason: `${opening(known.length)}: ${texts.join(', ')}${expected}` };
}

/** A model that tells nobody from anybody: broken, whatever change was expected. */
function isConstant(challenger: Float32Array, rows: Int32Array): boolean {
  return new Set(Array.from(rows, (row) => challenger[row])).size <= 1;
}

interface Change {
  /** The measure and its value. */
  readonly text: string;
  /** The limit that it is beyond, `> 0.25`; null within. */
  readonly limit: string | null;
}

/** Measures the changes in the rows that both versions score; a ranking that stays is left out. */
function measureChanges({ champion, challenger, threshold }: ReplayScores, rows: Int32Array): Change[] {
  const before = Float32Array.from(rows, (row) => champion[row] as number); // rows of both
  const after = Float32Array.from(rows, (row) => challenger[row] as number);
  const moved = scorePsi(before, after);
  const changes: Change[] = [
    { text: `score PSI ${moved.toFixed(2)}`, limit: moved > MAX_SCORE_PSI ? `> ${MAX_SCORE_PSI}` : null },
  ];
  const rank = spearman(before, after);
  if (rank < MIN_RANK_CORRELATION)
    changes.push({ text: `rank correlation ${rank.toFixed(2)}`, limit: `< ${MIN_RANK_CORRELATION}` });
  if (threshold !== undefined) {
    const flips = before.filter(
      (score, i) => score >= threshold !== (after[i] as number) >= threshold,
    ).length;
    const most = Math.floor(MAX_FLIPS * rows.length);
    changes.push({
      text: `${count(flips)} ${flips === 1 ? 'decision flips' : 'decisions flip'}`,
      limit: flips > most ? `> ${count(most)}` : null,
    });
  }
  return changes;
}

/** PSI over the deciles of the scores before. */
function scorePsi(before: Float32Array, after: Float32Array): number {
  const bins = fitBins(Float64Array.from(before).sort());
  const histogram = (scores: Float32Array) => {
    const counts = emptyNumeric(bins);
    countNumeric(counts, bins, scores);
    return coarsen(counts.counts, bins);
  };
  return psi(histogram(before), histogram(after)).statistic;
}

/** Rows that have a score. */
function rowsOf(scores: Float32Array): Int32Array {
  return Int32Array.from(scores.keys()).filter((row) => Number.isFinite(scores[row]));
}

const fail = (rows: number, reasons: readonly string[]): ReplayVerdict => ({
  kind: 'fail',
  reason: `${opening(rows)}: ${reasons.join(', ')}`,
});

const opening = (rows: number): string => `replay of ${count(rows)} requests`;

const count = (value: number): string => value.toLocaleString('en-US');
