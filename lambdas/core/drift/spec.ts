/**
 * Definition of drift: the blueprint's declaration, and its defaults.
 *
 * Drift is proven and large enough: a test that is corrected over the whole window, and an effect above a floor. Limits
 * of a statistic alone do not see more with more rows, and p-values alone always alarm on many rows.
 *
 * The statistic is told beside. PSI on reference deciles is the default because equal-width bins let empty tails
 * dominate (the same data gives 0.37 or 0.10). The credit-scoring industry's conventional limits of PSI are 0.1 and 0.25
 * (Siddiqi, Credit Risk Scorecards, 2006).
 */

/** `wasserstein` is divided by the reference's standard deviation; `js` is the Jensen-Shannon distance, base 2. */
export const NUMERIC_STATISTICS = ['psi', 'js', 'ks', 'wasserstein'] as const;
/** `l-infinity` is the largest change of one category's share. For `chi-square` the limits are p-values: at or below is worse. */
export const CATEGORICAL_STATISTICS = ['psi', 'js', 'l-infinity', 'chi-square'] as const;

export type NumericStatistic = (typeof NUMERIC_STATISTICS)[number];
export type CategoricalStatistic = (typeof CATEGORICAL_STATISTICS)[number];

/** Limits of one statistic, where the blueprint sets them: a verdict needs the statistic beyond its limit too. */
export interface DriftLimits {
  readonly warn?: number | undefined;
  readonly alert?: number | undefined;
}

/** The smallest effects that count, however many rows prove them. */
export interface EffectFloor {
  /** The floor of the share of a category, of a value that many rows have, or of all shares together; 0 to 1. */
  readonly share: number;
  /** The floor of numbers: the Wasserstein distance in standard deviations of the reference. */
  readonly deviations: number;
}

export interface DriftSpec {
  readonly numeric: DriftLimits & { readonly statistic: NumericStatistic };
  readonly categorical: DriftLimits & { readonly statistic: CategoricalStatistic };
  readonly floor: EffectFloor;
  /** The floor of the growth of the share of categories never seen in training; 0 to 1. */
  readonly unseenShare: number;
  /** The floor of a change, up or down, of the share of missing values; 0 to 1. */
  readonly missingShare: number;
  /** PSI limits of the model's scores, and of the labels when they arrive. */
  readonly scorePsi: DriftLimits;
  /** Alert when the correlation of a strongly correlated pair of features changes by more than this; 0 to 2. */
  readonly correlationChange: number;
  /** Fewer rows than this, in the window or in the reference, and nothing is said about a feature. At least 1. */
  readonly minRows: number;
  /** The window has drifted when this share of the monitored features alerts; above 0, to 1. */
  readonly driftedShare: number;
  /** Retraining is called for when n of the last `of` windows have drifted. */
  readonly windows: { readonly n: number; readonly of: number };
}

/**
 * The chance that a window has an alert or a warning at all, while nothing changed. All tests of the window share it
 * by Holm's correction, which holds however the features depend on each other.
 */
export const FALSE_ALARMS = 0.005;

/** A warning's least effect, as a part of the floor. */
export const WARN_PART = 0.5;

const SHARE_FLOOR = 0.02;

export const DRIFT_DEFAULTS: DriftSpec = {
  numeric: { statistic: 'psi' },
  categorical: { statistic: 'psi' },
  floor: { share: SHARE_FLOOR, deviations: 0.1 },
  unseenShare: SHARE_FLOOR,
  missingShare: SHARE_FLOOR,
  scorePsi: {},
  correlationChange: 0.3,
  minRows: 200,
  driftedShare: 0.5,
  windows: { n: 2, of: 3 },
};
