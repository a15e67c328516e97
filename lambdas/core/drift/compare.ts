/** Judges one column of a window against the reference. */

import { type DriftAlarm, distributionAlarm } from './alarms.ts';
import { type Measure, readCategories, readNumeric } from './all-statistics.ts';
import { type ColumnCounts, differentProfiles } from './histogram.ts';
import type { ColumnProfile } from './profile.ts';
import { sum } from './psi-and-tests.ts';
import type { CategoricalStatistic, DriftLimits, DriftSpec, NumericStatistic } from './spec.ts';
import { unseenPValue } from './unseen-categories.ts';

/** Small samples: beyond its limit, a statistic must also be this unlikely when nothing has changed. */
const WARN_P_VALUE = 0.01;
const ALERT_P_VALUE = 0.001;

export type FeatureVerdict = 'ok' | 'warn' | 'alert' | 'insufficient';
/** The reason that a verdict is worse than `ok`. */
export type DriftCause = 'distribution' | 'unseen' | 'missing';

export interface FeatureDrift {
  readonly name: string;
  readonly kind: ColumnProfile['kind'];
  /** The worst of its causes; `insufficient` when there are too few values to compare and nothing else is wrong. */
  readonly verdict: FeatureVerdict;
  readonly causes: readonly DriftCause[];
  /** The causes of an alert, each with the number that is beyond its limit. Absent in reports before 0.2. */
  readonly alarms?: readonly DriftAlarm[];
  /** The statistic that the specification chose, and its alert limit (a p-value for `chi-square`). */
  readonly statistic: NumericStatistic | CategoricalStatistic;
  readonly threshold: number;
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

/**
 * Compares a column with its reference.
 *
 * @throws RuntimeFailure `drift/different-profiles` when the counts are of another kind than the profile.
 */
export function compareColumn(
  column: ColumnProfile,
  reference: ColumnCounts,
  current: ColumnCounts,
  spec: DriftSpec,
): FeatureDrift {
  const expected = column.kind === 'numeric' ? 0 : column.unseenShare;
  const was = shares(reference);
  const is = shares(current);
  const limits = column.kind === 'numeric' ? spec.numeric : spec.categorical;
  const enough = Math.min(was.present, is.present) >= spec.minRows;
  const measures = enough ? measureAll(column, reference, current) : {};
  const measure = measures[limits.statistic] ?? null;
  const distribution = measure === null ? 'insufficient' : judge(measure, limits);
  const counted = is.rows >= spec.minRows;
  const unseen =
    counted &&
    is.unseen - expected > spec.unseenShare &&
    unseenPValue({ share: expected, rows: was.present }, { share: is.unseen, rows: is.present }) <
      ALERT_P_VALUE;
  const missing = counted && Math.abs(is.missing - was.missing) > spec.missingShare;
  const causes: DriftCause[] = [];
  if (distribution === 'warn' || distribution === 'alert') causes.push('distribution');
  if (unseen) causes.push('unseen');
  if (missing) causes.push('missing');
  const alarms: DriftAlarm[] = [];
  if (distribution === 'alert' && measure !== null)
    alarms.push(distributionAlarm(limits.statistic, measure, limits.alert));
  if (unseen) alarms.push(shareAlarm('unseen', 'unseen share', is.unseen - expected, spec.unseenShare));
  if (missing) alarms.push(missingAlarm(is.missing - was.missing, spec.missingShare));
  return {
    name: column.name,
    kind: column.kind,
    verdict: unseen || missing ? 'alert' : distribution,
    causes,
    alarms,
    statistic: limits.statistic,
    threshold: limits.alert,
    measure,
    measures,
    unseenShare: is.unseen,
    unseenShareReference: expected,
    missingShare: is.missing,
    missingShareReference: was.missing,
  };
}

const missingAlarm = (change: number, limit: number): DriftAlarm =>
  shareAlarm('missing', `missing share ${change > 0 ? 'rose' : 'fell'} by`, Math.abs(change), limit);

function shareAlarm(cause: DriftAlarm['cause'], measure: string, value: number, limit: number): DriftAlarm {
  return { cause, measure, value, limit, beyond: 'above' };
}

const SEVERITY: Record<FeatureVerdict, number> = { alert: 0, warn: 1, ok: 2, insufficient: 3 };

/** Orders alerts before warnings, then by PSI, which every kind of column has. */
export function worstFirst(x: FeatureDrift, y: FeatureDrift): number {
  const bySeverity = SEVERITY[x.verdict] - SEVERITY[y.verdict];
  const byPsi = (y.measures.psi?.value ?? 0) - (x.measures.psi?.value ?? 0);
  return bySeverity || byPsi;
}

function measureAll(
  column: ColumnProfile,
  reference: ColumnCounts,
  current: ColumnCounts,
): FeatureDrift['measures'] {
  if (column.kind === 'numeric' && reference.kind === 'numeric' && current.kind === 'numeric') {
    return readNumeric(column.bins, reference, current);
  }
  if (column.kind === 'categorical' && reference.kind === 'categorical' && current.kind === 'categorical') {
    return readCategories(column, reference, current);
  }
  throw differentProfiles();
}

/** A statistic against its limits and against chance. */
function judge(
  { value, pValue }: Measure,
  limits: DriftLimits & { readonly statistic: NumericStatistic | CategoricalStatistic },
): 'ok' | 'warn' | 'alert' {
  const beyond = (limit: number, chance: number): boolean =>
    limits.statistic === 'chi-square' ? pValue <= limit : value > limit && pValue < chance;
  if (beyond(limits.alert, ALERT_P_VALUE)) return 'alert';
  return beyond(limits.warn, WARN_P_VALUE) ? 'warn' : 'ok';
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
