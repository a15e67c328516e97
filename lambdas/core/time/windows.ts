/** Time windows of scheduled functions. */

import type { MonitoringConfig } from '../config.ts';

const DAY_MS = 86_400_000;

/** Half-open, ms since 1970. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** The answers that a monitor judges: the blueprint's window, to its end at `at`. */
export function answerWindow({ windowDays }: Pick<MonitoringConfig, 'windowDays'>, at: number): TimeWindow {
  return { from: at - windowDays * DAY_MS, to: at };
}

/**
 * Returns the same window, earlier by the label delay, so that all labels have arrived. Younger predictions have only
 * fast labels, which would bias the metric.
 */
export function dueWindow(
  { groundTruth }: Pick<MonitoringConfig, 'groundTruth'>,
  { from, to }: TimeWindow,
): TimeWindow {
  const delay = (groundTruth?.delayDays ?? 0) * DAY_MS;
  return { from: from - delay, to: to - delay };
}
