/** Why a feature alarms: each cause with the number that crossed its limit, as people read it. */

import type { Measure } from './all-statistics.ts';

/** One cause of an alert: what was measured, and the limit that it is beyond. */
export interface DriftAlarm {
  readonly cause: 'distribution' | 'unseen' | 'missing';
  /** The statistic that has a limit, or the effect that has a floor: `shift in sd`, `missing share rose by`, and others. */
  readonly measure: string;
  readonly value: number;
  readonly limit: number;
  /** The side of the limit that alarms: p-values alarm at or below it. */
  readonly beyond: 'above' | 'at-or-below';
}

/** Fields of a compared feature that explain its alert; reports before 0.2 have no `alarms`. */
interface Judged {
  readonly alarms?: readonly DriftAlarm[];
  readonly causes: readonly string[];
  readonly verdict: string;
  readonly statistic: string;
  readonly measure: Measure | null;
  /** Null in reports of blueprints without a limit; those have `alarms`. */
  readonly threshold: number | null;
}

/** Most digits after the point: a double has no more. */
const MAX_DIGITS = 17;

/** The causes of an alert, the number of each; of a report before 0.2 the statistic, where it was the cause. */
export function alarmsOf({
  alarms,
  causes,
  verdict,
  statistic,
  measure,
  threshold,
}: Judged): readonly DriftAlarm[] {
  if (alarms !== undefined) return alarms;
  if (verdict !== 'alert' || measure === null || threshold === null || !causes.includes('distribution'))
    return [];
  return [distributionAlarm(statistic, measure, threshold)].filter(isBeyond);
}

/** The alarm of a statistic; of chi-square its p-value is judged. */
export function distributionAlarm(statistic: string, { value, pValue }: Measure, limit: number): DriftAlarm {
  return statistic === 'chi-square'
    ? { cause: 'distribution', measure: 'chi-square p', value: pValue, limit, beyond: 'at-or-below' }
    : { cause: 'distribution', measure: statistic, value, limit, beyond: 'above' };
}

/** Whether the value is on the limit's side that alarms. */
export function isBeyond({ value, limit, beyond }: Pick<DriftAlarm, 'value' | 'limit' | 'beyond'>): boolean {
  return beyond === 'above' ? value > limit : value <= limit;
}

/** `psi 0.31 > 0.25`: the number has as many digits as it takes to be beyond the limit as it is printed. */
export function alarmText({ measure, value, limit, beyond }: DriftAlarm): string {
  // A p-value is rounded to its first significant digits, however small it is.
  const print = (digits: number) =>
    beyond === 'above' ? value.toFixed(digits) : String(Number(value.toPrecision(digits)));
  let printed = print(2);
  for (let digits = 3; digits <= MAX_DIGITS && !isBeyond({ value: Number(printed), limit, beyond }); digits++)
    printed = print(digits);
  return `${measure} ${printed} ${beyond === 'above' ? '>' : '<='} ${limit}`;
}

/** `contact psi 0.31 > 0.25, unseen share 0.2 > 0.05`: a feature and every cause of its alert. */
export function alarmSentence(feature: Judged & { readonly name: string }, name = feature.name): string {
  return [name, alarmsOf(feature).map(alarmText).join(', ')].filter((text) => text !== '').join(' ');
}
