/** The table of docs/releases.md: how long a release takes to decide, by requests a day, from the code that decides. */

import { compare } from '../../lambdas/core/release/evidence.ts';
import {
  ERROR_RATES,
  evidenceLimits,
  requestsNeeded,
  resolveStrategy,
} from '../../lambdas/core/release/strategy.ts';
import { markdownTable, withTables } from './markdown.ts';

const PER_DAY = [100, 500, 2_000, 5_000, 20_000, 100_000] as const;
/** The blueprint's defaults, with a canary of 10 % and then 50 %. */
const RELEASE = {
  share: 0.1,
  steps: 1,
  maxHoursPerStep: 24,
  strictness: 'standard',
  watchHours: 24,
  replayRows: 10_000,
} as const;
const ALARMS = { errorRate: 0.02, p99LatencyMs: 500, scorePsi: 0.25 } as const;
/** Bad answers of the champion, and of two challengers. */
const BASE = 0.01;
const WORSE = 0.03;
const BROKEN = 0.2;
/** The state machine is asked each minute. */
const MINUTES_A_DAY = 1_440;

const serving = (requestsPerDay: number, strategy: 'auto' | 'canary') => ({
  online: { requestsPerDay, byKey: false },
  release: { ...RELEASE, strategy },
  alarms: ALARMS,
});

/** Requests, of all that arrive in the first step, after which counts as expected are called harm. */
function requestsToHarm(bad: number): number {
  const { minRequests, maxBadShare } = evidenceLimits(serving(1, 'canary'));
  const rule = { ...ERROR_RATES, minRequests, ceiling: maxBadShare, tolerated: 1 };
  const isHarm = (requests: number): boolean => {
    const n = requests * RELEASE.share;
    const counts = { n, bad: n * bad, championBad: (requests - n) * BASE };
    return compare(counts, RELEASE.share, rule, [], undefined).evidence === 'harm';
  };
  let enough = 1;
  while (!isHarm(enough)) enough *= 2;
  let tooFew = enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (isHarm(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

function duration(requests: number, perDay: number): string {
  const days = requests / perDay;
  if (days >= 1) return `${Number(days.toPrecision(2))} days`;
  const minutes = Math.max(1, Math.ceil(days * MINUTES_A_DAY));
  return minutes >= 60 ? `${Number((minutes / 60).toPrecision(2))} hours` : `${minutes} minutes`;
}

function decisions(): string {
  const canary = requestsNeeded('canary', serving(1, 'canary'));
  const [worse, broken] = [requestsToHarm(WORSE), requestsToHarm(BROKEN)];
  const titles = [
    'requests a day',
    '`auto` runs',
    'a healthy canary has passed',
    'stopped, 3 times as bad',
    'stopped, 20 % bad',
  ];
  const rows = PER_DAY.map((perDay) => [
    perDay.toLocaleString('en-US'),
    resolveStrategy(serving(perDay, 'auto')),
    ...[canary, worse, broken].map((requests) => duration(requests, perDay)),
  ]);
  return markdownTable(titles, rows);
}

/** The page with its table as it is now. */
export const withReleaseTable = (text: string): string => withTables(text, { decisions });
