/** Rules of the alarms on an online API: the same on every cloud, which writes its own query of each. */

import type { ResolvedConfig } from '../config/resolve.ts';
import { type AlarmWindow, latencyWindow, outageWindows, shareWindow } from './alarm-windows.ts';

export interface AlarmRule extends AlarmWindow {
  /** Id of the alarm's construct. */
  readonly id: RollbackRuleId | ServiceRuleId;
  /** The alarm fires above this. */
  readonly threshold: number;
  /** Start of the alarm's description. */
  readonly says: string;
  /** Anchor in the runbook of the cloud's README. */
  readonly runbook: string;
}

/** Alarms that roll a release back: a version can cause them. */
export type RollbackRuleId = 'ErrorRate' | 'Latency' | 'ScorePsi' | 'FunctionErrors';
/** Alarms for people only: a version is seldom the cause. */
export type ServiceRuleId = 'ServerErrors' | 'Outage' | 'QuietOutage' | 'Throttles' | 'RecordsLost';

/** The monitor writes one value for each of its windows. */
const HOURLY = { periodSec: 3_600, periods: [1, 1], minimum: 1 } as const;
/** One event is one too many. */
const ANY = { periodSec: 300, periods: [1, 1], minimum: 1, threshold: 0 } as const;
/** Share of failures that is an outage, whatever the blueprint's limit. */
const OUTAGE_SHARE = 0.5;

type Config = Pick<ResolvedConfig, 'model'>;

/** Rules of the alarms that roll a release back, by the blueprint's limits and its declared volume. */
export function rollbackRules({ model }: Config): readonly (AlarmRule & { readonly id: RollbackRuleId })[] {
  const { errorRate, p99LatencyMs, scorePsi } = model.serving.alarms;
  const perDay = volumeOf(model);
  const share = shareWindow(perDay, errorRate);
  const slowest = latencyWindow(perDay);
  return [
    {
      ...share,
      id: 'ErrorRate',
      threshold: errorRate,
      says: `more than ${percent(errorRate)} of the answers failed or were invalid`,
      runbook: 'runbook-error-rate',
    },
    ...(slowest === undefined
      ? []
      : [
          {
            ...slowest,
            id: 'Latency' as const,
            threshold: p99LatencyMs,
            says: `one answer in a hundred took longer than ${p99LatencyMs} ms`,
            runbook: 'runbook-latency',
          },
        ]),
    {
      ...HOURLY,
      id: 'ScorePsi',
      threshold: scorePsi,
      says: `the scores are not distributed as in training (PSI above ${scorePsi})`,
      runbook: 'runbook-score-psi',
    },
    functionErrors(perDay, share, errorRate),
  ];
}

/** A longer window has begun before the release that it should take back, so that the alarm would not count. */
const SHORT_SEC = 900;

/** Calls that ended without an answer leave no record for the release to judge, so this rule has a short window at any volume. */
function functionErrors(
  perDay: number,
  share: AlarmWindow,
  errorRate: number,
): AlarmRule & { readonly id: 'FunctionErrors' } {
  const isShort = share.periodSec <= SHORT_SEC;
  const threshold = isShort ? errorRate : OUTAGE_SHARE;
  return {
    ...(isShort ? share : outageWindows(perDay).busy),
    id: 'FunctionErrors',
    threshold,
    says: `the scoring function itself failed in more than ${percent(threshold)} of its calls`,
    runbook: 'runbook-function-errors',
  };
}

/** Rules of the alarms on the API and its function that roll nothing back. */
export function serviceRules({ model }: Config): readonly (AlarmRule & { readonly id: ServiceRuleId })[] {
  const { errorRate } = model.serving.alarms;
  const perDay = volumeOf(model);
  const { busy, quiet } = outageWindows(perDay);
  return [
    {
      ...shareWindow(perDay, errorRate),
      id: 'ServerErrors',
      threshold: errorRate,
      says: `the API answered more than ${percent(errorRate)} of the requests with 5xx`,
      runbook: 'runbook-server-errors',
    },
    {
      ...busy,
      id: 'Outage',
      threshold: OUTAGE_SHARE,
      says: 'the API answered most requests with 5xx',
      runbook: 'runbook-outage',
    },
    {
      ...quiet,
      id: 'QuietOutage',
      threshold: OUTAGE_SHARE,
      says: 'the API answered most requests with 5xx while few came',
      runbook: 'runbook-outage',
    },
    {
      ...ANY,
      id: 'Throttles',
      says: 'Lambda refused to run the scoring function',
      runbook: 'runbook-throttles',
    },
    {
      ...ANY,
      id: 'RecordsLost',
      says: 'predictions were answered and not recorded',
      runbook: 'runbook-records-lost',
    },
  ];
}

/** Declared requests of a day; a model without an API has none of these alarms. */
const volumeOf = ({ serving }: ResolvedConfig['model']): number => serving.online?.requestsPerDay ?? 1;

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
