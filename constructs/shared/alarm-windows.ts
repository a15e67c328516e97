/**
 * The window of an alarm, by the declared volume: long enough for a number of answers that means something, and as short as
 * that allows. test/constructs/aws/alarm-simulation.ci.test.ts simulates outages and healthy weeks.
 */

/** Periods of an alarm, and the least number of failures in a period. */
export interface AlarmWindow {
  readonly periodSec: number;
  /** Periods that must breach, of how many. */
  readonly periods: readonly [breaching: number, of: number];
  readonly minimum: number;
}

const DAY_SEC = 86_400;
const WEEK_SEC = 7 * DAY_SEC;
const QUARTER_SEC = 900;
const HOUR_SEC = 3_600;

/** Periods that a window is chosen from; the last one where the volume is low. */
const PERIODS_SEC = [300, QUARTER_SEC, HOUR_SEC, 6 * HOUR_SEC, DAY_SEC] as const;

/** A limit is seldom reached by chance where it stands for so many failures. */
const ENOUGH_FAILURES = 15;
/** A service that fails in a quarter of the limit is healthy. */
const HEALTHY = 1 / 4;
/** A busy hour has about twice the requests of an average one. */
const BUSY = 2;
/** Windows overlap, because one ends each minute: they count as three times those that fit beside each other. */
const OVERLAP = 3;
/** False alarms in a week, at most. */
const FALSE_ALARMS = 1e-3;

/**
 * The window of an alarm on a share of failures: the shortest whose limit is 15 failures, at most a day. The minimum is the
 * number of failures that a healthy service has in one week of a thousand.
 *
 * @param limit - Share of failures above which the alarm fires, 0 to 1.
 */
export function shareWindow(requestsPerDay: number, limit: number): AlarmWindow {
  const inPeriod = (sec: number) => (requestsPerDay * sec) / DAY_SEC;
  const periodSec = PERIODS_SEC.find((sec) => inPeriod(sec) * limit >= ENOUGH_FAILURES) ?? DAY_SEC;
  const windows = (OVERLAP * WEEK_SEC) / periodSec;
  let minimum = 3;
  // Beyond `minimum / limit` requests the limit itself asks for more failures.
  const healthy = () => limit * HEALTHY * Math.min(BUSY * inPeriod(periodSec), minimum / limit);
  while (windows * poissonTail(healthy(), minimum) > FALSE_ALARMS) minimum += 1;
  return { periodSec, periods: [1, 1], minimum };
}

/** Fewer requests than this take hours for ten, and a quarter of an hour seldom has three. */
const FEW_PER_DAY = 100;
/** So many failures in a period, more than half of its answers, are not chance. */
const BUSY_FAILURES = 3;
/** So many periods of failures are not chance. Ten failures, at most two in a period, are in five; one may have begun well. */
const QUIET_PERIODS = 4;
/** Requests in the window of a quiet outage. */
const QUIET_REQUESTS = 20;

/**
 * The windows of an outage: more than half of the answers fail. Ten failures in a row have three in one period, or they are in
 * five periods. The first alarm finds those of a busy hour, the second those of a quiet night.
 */
export function outageWindows(requestsPerDay: number): {
  readonly busy: AlarmWindow;
  readonly quiet: AlarmWindow;
} {
  const periodSec = requestsPerDay < FEW_PER_DAY ? HOUR_SEC : QUARTER_SEC;
  const lookBackSec = Math.min(WEEK_SEC, Math.max(DAY_SEC, (QUIET_REQUESTS / requestsPerDay) * DAY_SEC));
  return {
    busy: { periodSec, periods: [1, 1], minimum: BUSY_FAILURES },
    quiet: { periodSec, periods: [QUIET_PERIODS, Math.ceil(lookBackSec / periodSec)], minimum: 1 },
  };
}

/** Among so many answers the percentile of 99 leaves out the three slowest: the first load of a model is not an alarm. */
const LATENCY_ANSWERS = 300;

/** The window of an alarm on the slowest hundredth; undefined where a week has too few answers. */
export function latencyWindow(requestsPerDay: number): AlarmWindow | undefined {
  const holds = (sec: number) => (requestsPerDay * sec) / DAY_SEC >= LATENCY_ANSWERS;
  const periodSec = [...PERIODS_SEC, WEEK_SEC].find(holds);
  return periodSec === undefined ? undefined : { periodSec, periods: [1, 1], minimum: LATENCY_ANSWERS };
}

/** P(X >= k) of a Poisson variable. */
function poissonTail(mean: number, k: number): number {
  let term = Math.exp(-mean);
  let below = 0;
  for (let count = 0; count < k; count += 1) {
    below += term;
    term *= mean / (count + 1);
  }
  return Math.max(0, 1 - below);
}
