/**
 * Counts of alert policies: references to metrics in their conditions, and points that their queries return
 * (docs.cloud.google.com/monitoring/alerts/cost-control).
 */

import { blockOf, blocksOf } from '../terraform.ts';
import { at } from '../value-at.ts';
import { MINUTES_PER_MONTH } from './volumes.ts';

/** Seconds between two evaluations of a condition without an interval. */
const EVALUATION_SEC = 30;

/** A metric in PromQL, `run_googleapis_com:request_count` (cloud.google.com/monitoring/promql/promql-mapping). */
const METRIC = /\b[a-z][a-z0-9_]*_(googleapis_com|io):\w+/g;

/** A query is read part by part, each with a result of its own. */
const BETWEEN_PARTS = /[<>]=?|[!=]=|\b(?:and|or|unless)\b/i;
/** Labels compare as well, and begin nothing new. */
const LABELS = /\{[^{}]*\}/g;

export interface AlertCount {
  /** One for each time that a condition names a metric; a condition on logs counts as one. */
  readonly references: number;
  /** In a month, of one series for each part of a query with a metric. */
  readonly points: number;
}

/** Counts all conditions of a `google_monitoring_alert_policy`. */
export function alertCount(policy: unknown): AlertCount {
  const counts = blocksOf(policy, 'conditions').map(conditionCount);
  return {
    references: counts.reduce((sum, { references }) => sum + references, 0),
    points: counts.reduce((sum, { points }) => sum + points, 0),
  };
}

function conditionCount(condition: unknown): AlertCount {
  // No query returns anything of a log, and whether a filter counts as a reference is not known.
  if (blockOf(condition, 'condition_matched_log') !== undefined) return { references: 1, points: 0 };
  const asked = blockOf(condition, 'condition_prometheus_query_language');
  const query = String(at(asked, 'query') ?? '').replaceAll(LABELS, '');
  const parts = query.split(BETWEEN_PARTS).filter((part) => part.match(METRIC) !== null).length;
  const seconds = Number(String(at(asked, 'evaluation_interval') ?? '').replace(/s$/, '')) || EVALUATION_SEC;
  return {
    references: query.match(METRIC)?.length ?? 1,
    points: (Math.max(1, parts) * MINUTES_PER_MONTH * 60) / seconds,
  };
}
