/**
 * Input of training and scoring: float32 columns, NaN where a value is missing.
 * float32 because XGBoost compares a value with a threshold in that precision.
 */
export interface FeatureMatrix {
  readonly rows: number;
  /** One name per column, in the model's order. */
  readonly names: readonly string[];
  readonly columns: readonly Float32Array[];
}
