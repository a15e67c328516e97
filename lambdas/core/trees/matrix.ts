/**
 * What models are trained on and score: float32 columns, NaN where a value is missing.
 * float32 because that is the precision in which XGBoost compares a value with a threshold.
 */
export interface FeatureMatrix {
  readonly rows: number;
  /** One name per column, in the model's order. */
  readonly names: readonly string[];
  readonly columns: readonly Float32Array[];
}
