/** Which time a scheduled function looks at. */

import type { MonitoringConfig, ServingConfig } from './config.ts';

const DAY_MS = 86_400_000;

/** Half-open, ms since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** The answers that a monitor judges: the blueprint's window, to its end at `at`. */
export function outcomeWindow({ windowDays }: Pick<MonitoringConfig, 'windowDays'>, at: number): Window {
  return { from: at - windowDays * DAY_MS, to: at };
}

/**
 * The events whose outcomes are collected: those of the monitor's window, and as many days before it as an outcome
 * takes to be known, for then they were not.
 */
export function truthWindow(
  { windowDays, groundTruth }: Pick<MonitoringConfig, 'windowDays' | 'groundTruth'>,
  at: number,
): Window {
  return { from: at - (windowDays + (groundTruth?.delayDays ?? 0)) * DAY_MS, to: at };
}

/** The events whose rows a batch scores. */
export function batchWindow({ batch }: Pick<ServingConfig, 'batch'>, at: number): Window {
  return { from: at - (batch?.windowDays ?? 1) * DAY_MS, to: at };
}
