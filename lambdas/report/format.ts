/** How the report writes numbers, days and names: the same on every machine, whatever its locale. */

import type { VersionSummary } from './summary.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const DAY_MS = 86_400_000;

/** Three decimals below ten, else four significant digits; a dash where nothing was measured. */
export function decimal(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (value !== 0 && Math.abs(value) < 0.0005) return value.toExponential(0);
  return Math.abs(value) < 10 ? value.toFixed(3) : Number(value.toPrecision(4)).toString();
}

/** `12.3 %` */
export function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** `0.785 (0.761 to 0.809)` */
export function estimate({ value, low, high }: VersionSummary['holdout']): string {
  return low === null || high === null
    ? decimal(value)
    : `${decimal(value)} (${decimal(low)} to ${decimal(high)})`;
}

/** `4 Apr 2009`, in UTC. */
export function day(at: string | number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${monthName(date)} ${date.getUTCFullYear()}`;
}

/** `Apr` */
export function monthName(date: Date): string {
  return MONTHS[date.getUTCMonth()] ?? '';
}

/** The days of a half-open stretch of time: `1 Apr 2009 to 30 Apr 2009`. */
export function days(from: string, to: string): string {
  const last = Math.max(Date.parse(from), Date.parse(to) - 1);
  const oneDay = last - Date.parse(from) < DAY_MS && day(from) === day(last);
  return oneDay ? day(from) : `${day(from)} to ${day(last)}`;
}

/** `4 Apr 2009, 13:05 UTC` */
export function moment(at: string): string {
  return `${day(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;
}

const METRIC_NAMES: ReadonlyMap<string, string> = new Map([
  ['auc', 'AUC'],
  ['rmse', 'RMSE'],
  ['mae', 'MAE'],
  ['r2', 'R²'],
]);

/** A metric as people write it. */
export function metricName(metric: string): string {
  return METRIC_NAMES.get(metric) ?? metric.replaceAll('-', ' ');
}

/** `a`, `a and b`, `a, b and c` */
export function sentenceList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** Without a capital or period of its own: reasons of the release controller stand inside sentences. */
export function clause(text: string): string {
  return text.trim().replace(/\.$/, '');
}
