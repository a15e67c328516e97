import { readFileSync } from 'node:fs';
import { toRows } from './samples.ts';

/** What XGBoost answers for the rows of a model, as test/fixtures/xgboost/kinds.py wrote it. */
export interface Answers {
  readonly rows: Float32Array[];
  readonly features: number;
  readonly outputs: number;
  /** Row after row, one per output. */
  readonly margins: Float32Array;
  readonly predictions: Float32Array;
  /** Rows x outputs x (features + 1), the bias last; undefined where XGBoost has none. */
  readonly contributions: Float32Array | undefined;
  /** Row after row, one per tree. */
  readonly leaves: Int32Array;
}

/** The kinds of model that kinds.py writes; those with categories have no binary format. */
export const KINDS = [
  'logistic',
  'squared',
  'pruned',
  'softprob',
  'poisson',
  'targets',
  'forest',
  'dart',
  'dart-softprob',
  'one-hot',
  'partition',
  'dart-categories',
] as const;
export type Kind = (typeof KINDS)[number];

/** Whether a model of this kind splits on categories. */
export const hasCategories = (kind: Kind): boolean =>
  kind === 'one-hot' || kind === 'partition' || kind === 'dart-categories';

/** Reads `<kind>.answers`. */
export function readAnswers(file: string | URL): Answers {
  const { buffer } = Uint8Array.from(readFileSync(file));
  const [rows = 0, features = 0, outputs = 0, trees = 0, contributed = 0] = new Int32Array(buffer, 0, 5);
  let at = 20;
  const floats = (count: number): Float32Array => {
    at += 4 * count;
    return new Float32Array(buffer, at - 4 * count, count);
  };
  const values = floats(rows * features);
  const margins = floats(rows * outputs);
  const predictions = floats(rows * outputs);
  const contributions = contributed === 1 ? floats(rows * outputs * (features + 1)) : undefined;
  const leaves = new Int32Array(buffer, at, rows * trees);
  return { rows: toRows(values, features), features, outputs, margins, predictions, contributions, leaves };
}
