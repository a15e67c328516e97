/** Judges a window against its profile: what has drifted, by how much, and whether that matters. */

import { alarmSentence } from './alarms.ts';
import { type ColumnReading, type FeatureDrift, judgeColumn, readColumn, worstFirst } from './compare.ts';
import { correlation, correlationPValue, type PairSums } from './correlations.ts';
import type { DriftVerdict } from './episode.ts';
import { asFlag } from './flag.ts';
import { type ColumnCounts, differentProfiles, type NumericCounts } from './histogram.ts';
import { holm } from './holm.ts';
import type { DriftWindow, NumericProfile, Profile } from './profile.ts';
import { type DriftSpec, FALSE_ALARMS } from './spec.ts';

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
  /** Number of tests; each p-value is corrected for all of them. Absent in reports before 0.2. */
  readonly tests?: number;
}

export interface DriftScope {
  /** Names of the features whose drift counts. */
  readonly monitored: readonly string[];
  /** The few that alone make a window drifted: the model's top five by gain. */
  readonly decisive: readonly string[];
  /** Features that are booleans: judged as categories. @default none */
  readonly booleans?: readonly string[];
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
    .map((compared) => (scope.booleans?.includes(compared.column.name) ? asFlag(compared) : compared))
    .map(({ column, reference, current }) => readColumn(column, reference, current, spec));
  const score = readOutput(profile.scores, profile.reference.scores, window.scores, spec);
  const label = readOutput(profile.labels, profile.reference.labels, window.labels, spec);
  const pairs = readCorrelations(profile, window, spec);
  const { tests, correctedOf } = correct([...features, score, label, ...pairs]);
  const judge = (reading: ColumnReading): FeatureDrift => judgeColumn(reading, correctedOf(reading));
  const judged = features.map(judge).sort(worstFirst);
  const judgedScore = score && judge(score);
  return {
    rows: window.rows,
    verdict: window.rows < spec.minRows ? 'insufficient' : overall(judged, judgedScore, spec, scope),
    features: judged,
    score: judgedScore,
    label: label && judge(label),
    correlations: pairs.map((pair) => judgePair(pair, correctedOf(pair), spec)),
    tests,
  };
}

/** Something with tests; null where the profile has none. */
type Tests = { readonly tests: readonly { readonly pValue: number }[] } | null;

/** Corrects every p-value of the window for all of them. */
function correct(readings: readonly Tests[]): {
  readonly tests: number;
  /** The corrected p-values of one reading, in the order of its tests. */
  readonly correctedOf: (reading: Tests) => readonly number[];
} {
  const corrected = holm(readings.flatMap((reading) => reading?.tests ?? []).map(({ pValue }) => pValue));
  const parts = new Map<Tests, readonly number[]>();
  let first = 0;
  for (const reading of readings) {
    const count = reading?.tests.length ?? 0;
    parts.set(reading, corrected.slice(first, first + count));
    first += count;
  }
  return { tests: corrected.length, correctedOf: (reading) => parts.get(reading) as readonly number[] }; // one of those above
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

/** Scores and labels have PSI and limits of their own, and are tested like any column. */
function readOutput(
  profile: NumericProfile | null,
  reference: NumericCounts | null,
  current: NumericCounts | null,
  spec: DriftSpec,
): ColumnReading | null {
  if (profile === null || reference === null || current === null) return null;
  return readColumn(profile, reference, current, {
    ...spec,
    numeric: { statistic: 'psi', ...spec.scorePsi },
  });
}

interface PairReading extends Omit<CorrelationDrift, 'verdict'> {
  /** None with too few rows. */
  readonly tests: readonly { readonly pValue: number }[];
}

function readCorrelations(profile: Profile, window: DriftWindow, spec: DriftSpec): PairReading[] {
  return profile.pairs.map((pair, index) => {
    // The same number of pairs, checked on entry.
    const [was, is] = [profile.reference.pairs[index] as PairSums, window.pairs[index] as PairSums];
    return {
      a: nameOf(profile, pair.a),
      b: nameOf(profile, pair.b),
      reference: correlation(was),
      current: correlation(is),
      tests: is.n < spec.minRows ? [] : [{ pValue: correlationPValue(was, is) }],
    };
  });
}

function judgePair(
  { tests, ...pair }: PairReading,
  [corrected]: readonly number[],
  spec: DriftSpec,
): CorrelationDrift {
  if (corrected === undefined) return { ...pair, verdict: 'insufficient' };
  const changed = Math.abs(pair.current - pair.reference) > spec.correlationChange;
  return { ...pair, verdict: changed && corrected <= FALSE_ALARMS ? 'alert' : 'ok' };
}

function nameOf(profile: Profile, position: number): string {
  return (profile.columns[position] as { name: string }).name; // pairs name columns of their profile
}
