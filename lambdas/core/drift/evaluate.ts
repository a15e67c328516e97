/** Judges a window against its profile: what has drifted, by how much, and whether that matters. */

import { alarmSentence } from './alarms.ts';
import { compareColumn, type FeatureDrift, worstFirst } from './compare.ts';
import { correlation, type PairSums } from './correlations.ts';
import type { DriftVerdict } from './episode.ts';
import { type ColumnCounts, differentProfiles, type NumericCounts } from './histogram.ts';
import type { DriftWindow, NumericProfile, Profile } from './profile.ts';
import type { DriftSpec } from './spec.ts';

export interface CorrelationDrift {
  readonly a: string;
  readonly b: string;
  /** Rank correlations, -1 to 1. */
  readonly reference: number;
  readonly current: number;
  readonly verdict: 'ok' | 'alert' | 'insufficient';
}

export interface DriftReport {
  readonly rows: number;
  /**
   * `drifted` when the alerting share of the monitored features reaches the specification's, when one of the
   * decisive features alerts, or when the scores do. Labels and correlations are told, and decide nothing.
   */
  readonly verdict: DriftVerdict;
  /** The monitored ones, worst first. */
  readonly features: readonly FeatureDrift[];
  /** Null when the profile has no scores, or no labels. */
  readonly score: FeatureDrift | null;
  readonly label: FeatureDrift | null;
  readonly correlations: readonly CorrelationDrift[];
}

export interface DriftScope {
  /** Names of the features whose drift counts. */
  readonly monitored: readonly string[];
  /** The few that alone make a window drifted: the model's top five by gain. */
  readonly decisive: readonly string[];
}

/**
 * Compares a window with the profile's reference.
 *
 * @throws RuntimeFailure `drift/different-profiles` when the window was counted with another profile.
 */
export function evaluateDrift(
  profile: Profile,
  window: DriftWindow,
  spec: DriftSpec,
  scope: DriftScope,
): DriftReport {
  if (window.columns.length !== profile.columns.length || window.pairs.length !== profile.pairs.length) {
    throw differentProfiles();
  }
  const features = profile.columns
    .map((column, position) => ({
      column,
      reference: profile.reference.columns[position] as ColumnCounts, // the same number of columns
      current: window.columns[position] as ColumnCounts,
    }))
    .filter(({ column }) => scope.monitored.includes(column.name))
    .map(({ column, reference, current }) => compareColumn(column, reference, current, spec))
    .sort(worstFirst);
  const score = compareOutput(profile.scores, profile.reference.scores, window.scores, spec);
  return {
    rows: window.rows,
    verdict: window.rows < spec.minRows ? 'insufficient' : overall(features, score, spec, scope),
    features,
    score,
    label: compareOutput(profile.labels, profile.reference.labels, window.labels, spec),
    correlations: compareCorrelations(profile, window, spec),
  };
}

/** Every feature that alerts, then the scores, each with the numbers that are beyond their limits. */
export function alertsOf({ features, score }: Pick<DriftReport, 'features' | 'score'>): readonly string[] {
  const alerts = features
    .filter(({ verdict }) => verdict === 'alert')
    .map((feature) => alarmSentence(feature));
  return score?.verdict === 'alert' ? [...alerts, alarmSentence(score, 'the scores')] : alerts;
}

function overall(
  features: readonly FeatureDrift[],
  score: FeatureDrift | null,
  spec: DriftSpec,
  scope: DriftScope,
): DriftVerdict {
  const alerts = features.filter(({ verdict }) => verdict === 'alert');
  const drifted =
    (alerts.length > 0 && alerts.length >= spec.driftedShare * features.length) ||
    alerts.some(({ name }) => scope.decisive.includes(name)) ||
    score?.verdict === 'alert';
  return drifted ? 'drifted' : 'stable';
}

/** Scores and labels are judged by PSI with limits of their own, and like any column otherwise. */
function compareOutput(
  profile: NumericProfile | null,
  reference: NumericCounts | null,
  current: NumericCounts | null,
  spec: DriftSpec,
): FeatureDrift | null {
  if (profile === null || reference === null || current === null) return null;
  return compareColumn(profile, reference, current, {
    ...spec,
    numeric: { statistic: 'psi', ...spec.scorePsi },
  });
}

function compareCorrelations(profile: Profile, window: DriftWindow, spec: DriftSpec): CorrelationDrift[] {
  return profile.pairs.map((pair, index) => {
    const sums = window.pairs[index] as PairSums; // the same number of pairs, checked on entry
    const reference = correlation(profile.reference.pairs[index] as PairSums);
    const current = correlation(sums);
    const changed = Math.abs(current - reference) > spec.correlationChange;
    return {
      a: nameOf(profile, pair.a),
      b: nameOf(profile, pair.b),
      reference,
      current,
      verdict: sums.n < spec.minRows ? 'insufficient' : changed ? 'alert' : 'ok',
    };
  });
}

function nameOf(profile: Profile, position: number): string {
  return (profile.columns[position] as { name: string }).name; // pairs name columns of their profile
}
