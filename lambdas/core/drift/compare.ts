/** Judges one column of a window against the reference, by tests that were corrected over the whole window. */

import { type DriftAlarm, distributionAlarm, isBeyond } from './alarms.ts';
import { type Measure, readCategories, readNumeric } from './all-statistics.ts';
import {
  type DriftCause,
  type DriftTest,
  type MatchedColumn,
  matchColumn,
  testColumn,
} from './column-tests.ts';
import type { ColumnCounts } from './histogram.ts';
import type { ColumnProfile } from './profile.ts';
import { sum } from './psi-and-tests.ts';
import {
  type CategoricalStatistic,
  type DriftLimits,
  type DriftSpec,
  FALSE_ALARMS,
  type NumericStatistic,
  WARN_PART,
} from './spec.ts';

/**
 * `alert`: proven, and above the floor and the blueprint's own limit. `warn`: proven, and above half of the floor.
 * Proven is a test that holds after the correction over the window.
 */
export type FeatureVerdict = 'ok' | 'warn' | 'alert' | 'insufficient';

/** A test of a window, with its p-value corrected for all tests of the window. */
export interface JudgedTest extends DriftTest {
  readonly corrected: number;
}

export interface FeatureDrift {
  readonly name: string;
  /** How it was judged: a boolean by its two shares. */
  readonly kind: ColumnProfile['kind'];
  /** The worst of its causes; `insufficient` when there are too few rows to compare, or no value in one of both sides. */
  readonly verdict: FeatureVerdict;
  readonly causes: readonly DriftCause[];
  /** The causes of an alert, each with the number that is beyond its limit. Absent in reports before 0.2. */
  readonly alarms?: readonly DriftAlarm[];
  /** All that was tested. Absent in reports before 0.2. */
  readonly tests?: readonly JudgedTest[];
  /** The statistic that the specification chose, and its alert limit (a p-value for `chi-square`); null without one. */
  readonly statistic: NumericStatistic | CategoricalStatistic;
  readonly threshold: number | null;
  /** Null when there are too few values to compare. */
  readonly measure: Measure | null;
  /** Every statistic of this kind of column; empty when there are too few values. */
  readonly measures: Readonly<Partial<Record<NumericStatistic | CategoricalStatistic, Measure>>>;
  /** Unseen values as a share of the present ones, 0 to 1; 0 for a numeric column. */
  readonly unseenShare: number;
  /** Share expected in rows like the reference's: long-tailed columns always have some. */
  readonly unseenShareReference: number;
  /** Missing values as a share of all rows, 0 to 1. */
  readonly missingShare: number;
  readonly missingShareReference: number;
}

/** A column that was measured and tested, before the window's correction says what its p-values are worth. */
export interface ColumnReading
  extends Omit<FeatureDrift, 'verdict' | 'causes' | 'alarms' | 'tests' | 'threshold'> {
  readonly limits: DriftLimits;
  /** Empty with too few rows. */
  readonly tests: readonly DriftTest[];
}

/**
 * Measures and tests a column.
 *
 * @throws RuntimeFailure `drift/different-profiles` when the counts are of another kind than the profile.
 */
export function readColumn(
  column: ColumnProfile,
  reference: ColumnCounts,
  current: ColumnCounts,
  spec: DriftSpec,
): ColumnReading {
  const matched = matchColumn(column, reference, current);
  const was = shares(reference);
  const is = shares(current);
  const { statistic, ...limits } = column.kind === 'numeric' ? spec.numeric : spec.categorical;
  const enough = Math.min(was.rows, is.rows) >= spec.minRows;
  const measures = enough && was.present > 0 && is.present > 0 ? measureAll(matched) : {};
  return {
    name: column.name,
    kind: column.kind,
    statistic,
    limits,
    tests: enough ? testColumn(matched, spec) : [],
    measure: measures[statistic] ?? null,
    measures,
    unseenShare: is.unseen,
    unseenShareReference: column.kind === 'numeric' ? 0 : column.unseenShare,
    missingShare: is.missing,
    missingShareReference: was.missing,
  };
}

/** Judges a column by the corrected p-values of its tests, in their order. */
export function judgeColumn(
  { limits, tests, ...reading }: ColumnReading,
  corrected: readonly number[],
): FeatureDrift {
  const judged = tests.map((test, i): JudgedTest => ({ ...test, corrected: corrected[i] as number })); // one each
  const verdicts = judged.map((test) => ({ test, verdict: judgeTest(test, reading, limits) }));
  const worse = verdicts.filter(({ verdict }) => verdict !== 'ok');
  const alerts = worse.filter(({ verdict }) => verdict === 'alert').map(({ test }) => test);
  const calm = reading.measure === null ? 'insufficient' : 'ok';
  return {
    ...reading,
    threshold: limits.alert ?? null,
    verdict: alerts.length > 0 ? 'alert' : worse.length > 0 ? 'warn' : calm,
    causes: [...new Set(worse.map(({ test }) => test.cause))],
    alarms: alarmsOfTests(alerts, reading, limits),
    tests: judged,
  };
}

function judgeTest(
  { cause, effect, floor, corrected }: JudgedTest,
  reading: Pick<ColumnReading, 'statistic' | 'measure'>,
  limits: DriftLimits,
): 'ok' | 'warn' | 'alert' {
  if (corrected > FALSE_ALARMS) return 'ok';
  const beyond = (limit: number | undefined): boolean =>
    cause !== 'distribution' ||
    limit === undefined ||
    (reading.measure !== null && isBeyond(distributionAlarm(reading.statistic, reading.measure, limit)));
  if (effect > floor && beyond(limits.alert)) return 'alert';
  return effect > floor * WARN_PART && beyond(limits.warn) ? 'warn' : 'ok';
}

/** The blueprint's statistic where it has a limit, the distribution's largest effect otherwise; then the other causes. */
function alarmsOfTests(
  alerts: readonly JudgedTest[],
  { statistic, measure }: Pick<ColumnReading, 'statistic' | 'measure'>,
  { alert }: DriftLimits,
): readonly DriftAlarm[] {
  const alarms = alerts.map(({ cause, measure, effect, floor }): DriftAlarm => {
    return { cause, measure, value: effect, limit: floor, beyond: 'above' };
  });
  const others = alarms.filter(({ cause }) => cause !== 'distribution');
  const [clearest] = alarms
    .filter(({ cause }) => cause === 'distribution')
    .sort((x, y) => y.value / y.limit - x.value / x.limit);
  if (clearest === undefined) return others;
  const limited = alert !== undefined && measure !== null;
  return [limited ? distributionAlarm(statistic, measure, alert) : clearest, ...others];
}

/** The test that is least likely by chance; undefined where nothing could be tested, or in reports before 0.2. */
export function clearestTest({ tests = [] }: Pick<FeatureDrift, 'tests'>): JudgedTest | undefined {
  return [...tests].sort((x, y) => x.pValue - y.pValue)[0];
}

const SEVERITY: Record<FeatureVerdict, number> = { alert: 0, warn: 1, ok: 2, insufficient: 3 };

/** Orders alerts before warnings, then by PSI, which every kind of column has. */
export function worstFirst(x: FeatureDrift, y: FeatureDrift): number {
  const bySeverity = SEVERITY[x.verdict] - SEVERITY[y.verdict];
  const byPsi = (y.measures.psi?.value ?? 0) - (x.measures.psi?.value ?? 0);
  return bySeverity || byPsi;
}

function measureAll(matched: MatchedColumn): FeatureDrift['measures'] {
  return matched.kind === 'numeric'
    ? readNumeric(matched.column.bins, matched.reference, matched.current)
    : readCategories(matched.column, matched.reference, matched.current);
}

/** Sizes and shares of one side; an empty side has shares of 0. */
function shares(counts: ColumnCounts): { rows: number; present: number; unseen: number; missing: number } {
  const unseen = counts.kind === 'numeric' ? 0 : counts.unseen;
  const present = sum(counts.counts) + unseen;
  const rows = present + counts.missing;
  return {
    rows,
    present,
    unseen: unseen / Math.max(1, present),
    missing: counts.missing / Math.max(1, rows),
  };
}
