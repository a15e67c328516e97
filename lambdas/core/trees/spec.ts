/** Parameters of the booster, and their checks. */

import { InvalidInput, type Problem } from '../errors.ts';
import { TRAINED_OBJECTIVES, type TrainedObjective } from './model.ts';

/** Parameters of training; XGBoost's name and meaning of each in `PARAMETER_RANGES`. */
export interface BoosterParams {
  readonly objective: TrainedObjective;
  /** Trees at most. */
  readonly rounds: number;
  /** Levels of splits in a tree. */
  readonly maxDepth: number;
  /** Learning rate: what each leaf is multiplied by. */
  readonly eta: number;
  /** L2 penalty on leaf weights. */
  readonly lambda: number;
  /** L1 penalty on leaf weights. */
  readonly alpha: number;
  /** Loss that a split must save at least. */
  readonly gamma: number;
  /** Smallest sum of second derivatives on each side of a split. */
  readonly minChildWeight: number;
  /** Intervals per feature between which splits are looked for; missing values have one of their own. */
  readonly maxBins: number;
  /** Share of rows that each tree sees, drawn anew for each. */
  readonly subsample: number;
  /** Share of columns that each tree sees, drawn anew for each. */
  readonly columnSample: number;
  /** Factor on the weight of rows with label 1; binary:logistic only. */
  readonly scalePositiveWeight: number;
  /** Stop when the validation metric has not improved for this many rounds. */
  readonly earlyStoppingRounds?: number;
  /** Seed of row and column sampling. */
  readonly seed: number;
}

interface Range {
  /** The name in XGBoost's documentation. */
  readonly xgboost: string;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  /** The minimum itself is not allowed. */
  readonly above?: boolean;
}

/** The allowed values of each number, and what XGBoost calls it. */
export const PARAMETER_RANGES: Readonly<Record<Exclude<keyof BoosterParams, 'objective'>, Range>> = {
  rounds: { xgboost: 'num_boost_round', min: 1, max: 10_000, integer: true },
  maxDepth: { xgboost: 'max_depth', min: 1, max: 12, integer: true },
  eta: { xgboost: 'eta', min: 0, max: 1, above: true },
  lambda: { xgboost: 'lambda', min: 0, max: 1e6 },
  alpha: { xgboost: 'alpha', min: 0, max: 1e6 },
  gamma: { xgboost: 'gamma', min: 0, max: 1e6 },
  minChildWeight: { xgboost: 'min_child_weight', min: 0, max: 1e9 },
  maxBins: { xgboost: 'max_bin', min: 2, max: 256, integer: true },
  subsample: { xgboost: 'subsample', min: 0, max: 1, above: true },
  columnSample: { xgboost: 'colsample_bytree', min: 0, max: 1, above: true },
  scalePositiveWeight: { xgboost: 'scale_pos_weight', min: 0, max: 1e6, above: true },
  earlyStoppingRounds: { xgboost: 'early_stopping_rounds', min: 1, max: 10_000, integer: true },
  seed: { xgboost: 'seed', min: 0, max: 4_294_967_295, integer: true },
};

/** XGBoost's defaults with fewer surprises: 200 rounds at 0.1 for binary classification. */
export const DEFAULT_PARAMS: BoosterParams = {
  objective: 'binary:logistic',
  rounds: 200,
  maxDepth: 6,
  eta: 0.1,
  lambda: 1,
  alpha: 0,
  gamma: 0,
  minChildWeight: 1,
  maxBins: 256,
  subsample: 1,
  columnSample: 1,
  scalePositiveWeight: 1,
  seed: 0,
};

/** @throws InvalidInput naming every parameter that is out of its range. */
export function checkParams(params: BoosterParams): void {
  const problems: Problem[] = [];
  if (!TRAINED_OBJECTIVES.includes(params.objective))
    problems.push(problem('objective', params.objective, TRAINED_OBJECTIVES.join(', ')));
  for (const [name, range] of Object.entries(PARAMETER_RANGES)) {
    // Object.entries forgets that its keys are those of the record.
    const value = params[name as keyof typeof PARAMETER_RANGES];
    if (value === undefined && name === 'earlyStoppingRounds') continue;
    if (!isWithin(value, range)) problems.push(problem(name, value, describeRange(range)));
  }
  if (problems.length > 0) throw new InvalidInput('training parameters', problems);
}

function isWithin(value: number | undefined, { min, max, integer, above }: Range): boolean {
  if (value === undefined || !(value >= min && value <= max)) return false;
  return !(above === true && value === min) && !(integer === true && !Number.isInteger(value));
}

function describeRange({ min, max, integer, above }: Range): string {
  return `${integer === true ? 'an integer' : 'a number'} ${above === true ? 'above' : 'from'} ${min} to ${max}`;
}

function problem(path: string, got: unknown, allowed: string): Problem {
  return { code: 'training/bad-parameter', path, message: 'is not allowed', got: String(got), allowed };
}
