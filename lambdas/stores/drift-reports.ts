/** What the monitor found, window by window: `reports/drift/<end of window>.json`. */

import type { DriftReport } from '../core/drift/evaluate.ts';
import type { Ports } from '../ports/index.ts';
import { decodeJson, encodeJson } from './json.ts';
import type { Metrics } from './runs.ts';

export interface WindowReport {
  readonly schemaVersion: 1;
  readonly model: string;
  /** The version whose answers and profile the window was judged by. */
  readonly version: number;
  /** [from, to), ms since 1970. */
  readonly window: { readonly from: number; readonly to: number };
  readonly drift: DriftReport;
  /** Against the outcomes known so far; null when too few are. */
  readonly performance: { readonly outcomes: number; readonly metrics: Metrics } | null;
  /** Answers by status. */
  readonly answers: { readonly ok: number; readonly invalid: number; readonly error: number };
}

const PREFIX = 'reports/drift/';

/** ISO 8601 without the characters that keys do not have; sorts by time. */
const stamp = (at: number): string => new Date(at).toISOString().replaceAll(':', '-');

/** Writes the report of a window; the same window again replaces it. */
export async function writeReport({ objects }: Pick<Ports, 'objects'>, report: WindowReport): Promise<void> {
  await objects.write(`${PREFIX}${stamp(report.window.to)}.json`, [encodeJson(report)]);
}

/** Reports of windows, oldest first. */
export async function listReports({ objects }: Pick<Ports, 'objects'>): Promise<readonly WindowReport[]> {
  const reports: WindowReport[] = [];
  for await (const key of objects.list(PREFIX)) {
    if (!key.endsWith('.json')) continue;
    const stored = await objects.get(key);
    if (stored !== undefined) reports.push(decodeJson<WindowReport>(stored.bytes, key, 1));
  }
  return reports;
}
