/** Rules of the alarms that roll a release back: the same on every cloud, which writes its own query of each. */

import type { ResolvedConfig } from '../config/resolve.ts';

export interface AlarmRule {
  /** Id of the alarm's construct. */
  readonly id: 'ErrorRate' | 'Latency' | 'ScorePsi' | 'FunctionErrors';
  /** The alarm fires above this. */
  readonly threshold: number;
  readonly periodMinutes: number;
  /** Periods that must breach, of how many. */
  readonly periods: readonly [breaching: number, of: number];
  /** Start of the alarm's description. */
  readonly says: string;
  /** Anchor in the runbook of the cloud's README. */
  readonly runbook: string;
}

/**
 * Fewer requests in a period say nothing: with a limit of 2 % and 50 requests, two failures are one too many by chance
 * alone in a quarter of all periods of a version that fails in 1 %. The release's own test, which counts all responses
 * since it began, sees slower harm.
 */
export const MIN_REQUESTS = 50;

/**
 * Periods are short, so that the datapoints of a version that was rolled back are soon out of sight of the next release.
 * Two of three: one bad minute is no alarm, and one that has passed is forgotten within three.
 */
const SHORT = { periodMinutes: 1, periods: [2, 3] } as const;
/** The monitor writes one value for each of its windows. */
const HOURLY = { periodMinutes: 60, periods: [1, 1] } as const;

/** The rules of one model, by its blueprint's limits. */
export function rollbackRules({ model }: Pick<ResolvedConfig, 'model'>): readonly AlarmRule[] {
  const { errorRate, p99LatencyMs, scorePsi } = model.serving.alarms;
  return [
    {
      ...SHORT,
      id: 'ErrorRate',
      threshold: errorRate,
      says: `more than ${percent(errorRate)} of the answers failed or were invalid`,
      runbook: 'runbook-error-rate',
    },
    {
      ...SHORT,
      id: 'Latency',
      threshold: p99LatencyMs,
      says: `one answer in a hundred took longer than ${p99LatencyMs} ms`,
      runbook: 'runbook-latency',
    },
    {
      ...HOURLY,
      id: 'ScorePsi',
      threshold: scorePsi,
      says: `the scores are not distributed as in training (PSI above ${scorePsi})`,
      runbook: 'runbook-score-psi',
    },
    {
      ...SHORT,
      id: 'FunctionErrors',
      threshold: 0,
      says: 'the scoring function itself failed',
      runbook: 'runbook-function-errors',
    },
  ];
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
