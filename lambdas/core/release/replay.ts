import { psi } from '../drift/statistics.ts';
import { spearman } from '../metrics/rank.ts';

/** The same past requests scored by both versions; NaN where a version refused the row. */
export interface ReplayScores {
  readonly champion: Float32Array;
  readonly challenger: Float32Array;
  /** Decision threshold of a binary problem: a decision that changes is a flip. */
  readonly threshold?: number;
  /** Drift or new labels asked for a different model, so that different scores are no harm by themselves. */
  readonly changeExpected: boolean;
}

export interface ReplayVerdict {
  readonly kind: 'pass' | 'fail';
  /** Every measured figure that matters, in words. */
  readonly reasons: readonly string[];
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
  const { champion, challenger, threshold, changeExpected } = scores;
  const rows = paired(champion, challenger);
  const answered = champion.reduce((count, score) => count + (Number.isNaN(score) ? 0 : 1), 0);
  if (answered < MIN_ROWS)
    return { kind: 'fail', reasons: [`only ${answered} past requests, ${MIN_ROWS} are needed`] };

  const refused = answered - rows.length;
  const problems: string[] = [];
  const notes: string[] = [`${answered} past requests scored by both`];
  const judge = (bad: boolean, text: string) => (bad ? problems : notes).push(text);
  judge(refused > MAX_REFUSED * answered, `${refused} refused by the challenger alone`);
  if (rows.length < MIN_ROWS) return { kind: 'fail', reasons: problems };

  const before = rows.map((row) => champion[row] as number); // row comes from the same length
  const after = rows.map((row) => challenger[row] as number);
  const moved = scorePsi(before, after);
  const rank = spearman(before, after);
  judge(!changeExpected && moved > MAX_SCORE_PSI, `score PSI ${moved.toFixed(3)}`);
  judge(!changeExpected && rank < MIN_RANK_CORRELATION, `rank correlation ${rank.toFixed(3)}`);
  if (threshold !== undefined) {
    const flips = before.filter(
      (score, i) => score >= threshold !== (after[i] as number) >= threshold,
    ).length;
    judge(!changeExpected && flips > MAX_FLIPS * rows.length, `${flips} decisions flip`);
  }
  return problems.length > 0 ? { kind: 'fail', reasons: problems } : { kind: 'pass', reasons: notes };
}

/** Rows that both versions scored. */
function paired(champion: Float32Array, challenger: Float32Array): number[] {
  const rows: number[] = [];
  champion.forEach((score, row) => {
    if (!Number.isNaN(score) && Number.isFinite(challenger[row])) rows.push(row);
  });
  return rows;
}

/** PSI over the deciles of the scores before, with Laplace smoothing. */
function scorePsi(before: readonly number[], after: readonly number[]): number {
  const sorted = Float64Array.from(before).sort();
  const edges = new Set<number>();
  for (let tenth = 1; tenth < 10; tenth += 1)
    edges.add(sorted[Math.floor((tenth * (sorted.length - 1)) / 10)] as number); // index below length
  const cuts = [...edges];
  const count = (scores: readonly number[]) => {
    const bins = new Float64Array(cuts.length + 1);
    for (const score of scores) {
      const bin = cuts.findIndex((cut) => score <= cut);
      const at = bin === -1 ? cuts.length : bin;
      bins[at] = (bins[at] as number) + 1;
    }
    return bins;
  };
  return psi(count(before), count(after)).statistic;
}
