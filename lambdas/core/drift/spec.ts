/**
 * Definition of drift: the blueprint's declaration, and its defaults.
 *
 * PSI on reference deciles is the default because equal-width bins let empty tails dominate (the same data
 * gives 0.37 or 0.10), and because p-values alone always alarm on many rows. 0.1 and 0.25 are the
 * credit-scoring industry's conventional limits (Siddiqi, Credit Risk Scorecards, 2006).
 */

/** `wasserstein` is divided by the reference's standard deviation; `js` is the Jensen-Shannon distance, base 2. */
export const NUMERIC_STATISTICS = ['psi', 'js', 'ks', 'wasserstein'] as const;
/** `l-infinity` is the largest change of one category's share. For `chi-square` the limits are p-values: at or below is worse. */
export const CATEGORICAL_STATISTICS = ['psi', 'js', 'l-infinity', 'chi-square'] as const;

export type NumericStatistic = (typeof NUMERIC_STATISTICS)[number];
export type CategoricalStatistic = (typeof CATEGORICAL_STATISTICS)[number];

/** Two limits of one statistic. */
export interface DriftLimits {
  readonly warn: number;
  readonly alert: number;
}

export interface DriftSpec {
  readonly numeric: DriftLimits & { readonly statistic: NumericStatistic };
  readonly categorical: DriftLimits & { readonly statistic: CategoricalStatistic };
  /** Alert when the share of categories never seen in training grows by more than this; 0 to 1. */
  readonly unseenShare: number;
  /** Alert when the share of missing values moves, up or down, by more than this; 0 to 1. */
  readonly missingShare: number;
  /** PSI limits of the model's scores, and of the labels when they arrive. */
  readonly scorePsi: DriftLimits;
  /** Alert when the correlation of a strongly correlated pair of features changes by more than this; 0 to 2. */
  readonly correlationChange: number;
  /** Fewer values than this, in the window or in the reference, and nothing is said about a feature. At least 1. */
  readonly minRows: number;
  /** The window has drifted when this share of the monitored features alerts; above 0, to 1. */
  readonly driftedShare: number;
  /** Retraining is called for when n of the last `of` windows have drifted. */
  readonly windows: { readonly n: number; readonly of: number };
}

export const DRIFT_DEFAULTS: DriftSpec = {
  numeric: { statistic: 'psi', warn: 0.1, alert: 0.25 },
  categorical: { statistic: 'psi', warn: 0.1, alert: 0.25 },
  unseenShare: 0.05,
  missingShare: 0.1,
  scorePsi: { warn: 0.1, alert: 0.25 },
  correlationChange: 0.3,
  minRows: 200,
  driftedShare: 0.5,
  windows: { n: 2, of: 3 },
};
