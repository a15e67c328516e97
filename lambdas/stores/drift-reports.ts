/** Reports of the monitor, one per window: `reports/drift/<end of window>-v<version>.json`. */

import type { DriftReport } from '../core/drift/evaluate.ts';
import type { RefusedCount } from '../core/refused.ts';
import type { Ports } from '../ports/index.ts';
import { decodeJson, encodeJson } from './json.ts';
import type { MetricEstimates } from './runs.ts';

export interface WindowReport {
  readonly schemaVersion: 1;
  readonly model: string;
  /** The version whose answers and profile the window was judged by. */
  readonly version: number;
  /** [from, to), ms since 1970. */
  readonly window: { readonly from: number; readonly to: number };
  readonly drift: DriftReport;
  /** Metrics of the predictions with labels due, from the labels known so far; null when too few are. */
  readonly performance: { readonly outcomes: number; readonly metrics: MetricEstimates } | null;
  /** Scored answers whose outcomes were due, and how many of those are known. Absent in older reports. */
  readonly outcomes?: { readonly due: number; readonly known: number };
  /** How far the groups of each attribute are apart, by decision and known outcome. Absent in reports before 0.2. */
  readonly fairness?: readonly {
    readonly attribute: string;
    readonly groups: readonly {
      readonly group: string;
      readonly rows: number;
      readonly metrics: MetricEstimates;
    }[];
    readonly metrics: MetricEstimates;
  }[];
  /** Answers by status. */
  readonly answers: { readonly ok: number; readonly invalid: number; readonly error: number };
  /** Why rows were refused, the most frequent reason first. Absent in reports before 0.2. */
  readonly refused?: readonly RefusedCount[];
}

const PREFIX = 'reports/drift/';

/** ISO 8601 without the characters that keys do not have; sorts by time. */
const stamp = (at: number): string => new Date(at).toISOString().replaceAll(':', '-');

/** Writes the report of a window; the same window of the same version again replaces it. */
export async function writeReport({ objects }: Pick<Ports, 'objects'>, report: WindowReport): Promise<void> {
  const { window, version } = report;
  await objects.write(`${PREFIX}${stamp(window.to)}-v${version}.json`, [encodeJson(report)]);
}

/**
 * Reports of windows that end at `since` or later, oldest first.
 *
 * @param since - ms since 1970. @default all of them
 */
export async function listReports(
  { objects }: Pick<Ports, 'objects'>,
  since = 0,
): Promise<readonly WindowReport[]> {
  const first = `${PREFIX}${stamp(since)}`;
  const reports: WindowReport[] = [];
  for await (const key of objects.list(PREFIX)) {
    if (!key.endsWith('.json') || key < first) continue;
    const stored = await objects.get(key);
    if (stored !== undefined) reports.push(decodeJson<WindowReport>(stored.bytes, key, 1));
  }
  return reports;
}
