/** Which time a scheduled function looks at. */

import type { MonitoringConfig } from '../config.ts';

const DAY_MS = 86_400_000;

/** Half-open, ms since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** The answers that a monitor judges: the blueprint's window, to its end at `at`. */
export function answerWindow({ windowDays }: Pick<MonitoringConfig, 'windowDays'>, at: number): Window {
  return { from: at - windowDays * DAY_MS, to: at };
}

/**
 * The answers whose outcomes are due when a window of answers ends: as many, as much earlier as an outcome takes to be
 * known. Of younger ones only the outcomes that come fast are there, which would say nothing of the rest.
 */
export function dueWindow(
  { groundTruth }: Pick<MonitoringConfig, 'groundTruth'>,
  { from, to }: Window,
): Window {
  const delay = (groundTruth?.delayDays ?? 0) * DAY_MS;
  return { from: from - delay, to: to - delay };
}
