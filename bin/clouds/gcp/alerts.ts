/** Counts of alert policies: metrics that conditions name, and points that their queries return. */

import { at } from '../value-at.ts';
import { blockOf, blocksOf } from './resources.ts';
import { MINUTES_PER_MONTH } from './volumes.ts';

/** Seconds between two evaluations of a condition without an interval. */
const EVALUATION_SEC = 30;

/** A metric in PromQL, `run_googleapis_com:request_count` (cloud.google.com/monitoring/promql/promql-mapping). */
const METRIC = /\b[a-z][a-z0-9_]*_(googleapis_com|io):\w+/g;

export interface AlertCount {
  /** One for each time that a condition names one; a condition on logs counts as one. */
  readonly metrics: number;
  /** In a month, of one series for each metric. */
  readonly points: number;
}

/** Counts all conditions of a `google_monitoring_alert_policy`. */
export function alertCount(policy: unknown): AlertCount {
  const counts = blocksOf(policy, 'conditions').map(conditionCount);
  return {
    metrics: counts.reduce((sum, { metrics }) => sum + metrics, 0),
    points: counts.reduce((sum, { points }) => sum + points, 0),
  };
}

function conditionCount(condition: unknown): AlertCount {
  const query = blockOf(condition, 'condition_prometheus_query_language');
  // No query returns anything of a log, and whether a filter counts as a metric is not known.
  if (blockOf(condition, 'condition_matched_log') !== undefined) return { metrics: 1, points: 0 };
  const metrics = query === undefined ? 1 : (String(at(query, 'query')).match(METRIC)?.length ?? 1);
  const seconds = Number(String(at(query, 'evaluation_interval') ?? '').replace(/s$/, '')) || EVALUATION_SEC;
  return { metrics, points: (metrics * MINUTES_PER_MONTH * 60) / seconds };
}
