import type { MonitoringConfig } from '../../lambdas/core/config.ts';
import type { BlueprintCheck } from './check.ts';

/** Limits that the blueprint sets on a statistic, and where. */
function driftLimits({ numeric, categorical, scorePsi }: MonitoringConfig['drift']) {
  return [
    { path: 'monitoring.drift.numeric', ...numeric },
    { path: 'monitoring.drift.categorical', ...categorical },
    { path: 'monitoring.drift.scorePsi', statistic: 'psi', ...scorePsi },
  ];
}

/** A warning comes before an alert; p-values run the other way. */
export const warnBeforeAlert: BlueprintCheck = ({ monitoring }) => {
  if (monitoring === undefined) return [];
  return driftLimits(monitoring.drift).flatMap(({ path, statistic, warn, alert }) => {
    const falling = statistic === 'chi-square';
    if (warn === undefined || alert === undefined || (falling ? warn >= alert : warn <= alert)) return [];
    return [
      {
        code: 'blueprint/warn-after-alert' as const,
        path,
        message: falling
          ? 'limits of chi-square are p-values: warn must not be below alert, such as warn 0.01 and alert 0.001'
          : 'warn must not be above alert',
        got: `${warn} and ${alert}`,
      },
    ];
  });
};

/** Largest value of each statistic that has one: a limit from there on is never passed. */
const LARGEST: Readonly<Record<string, number>> = { js: 1, ks: 1, 'l-infinity': 1 };
/** p-values above this are not evidence: every window would be beyond the limit. */
const LARGEST_P_VALUE = 0.05;

/** A limit can be passed, and is not always passed. */
export const possibleDriftLimits: BlueprintCheck = ({ monitoring }) => {
  if (monitoring === undefined) return [];
  return driftLimits(monitoring.drift).flatMap(({ path, statistic, ...limits }) =>
    (['warn', 'alert'] as const).flatMap((name) => {
      const got = limits[name];
      if (got === undefined) return [];
      const problem =
        statistic === 'chi-square'
          ? (got <= 0 || got > LARGEST_P_VALUE) &&
            `limits of chi-square are p-values above 0, at most ${LARGEST_P_VALUE}, such as warn 0.01 and alert 0.001`
          : got >= (LARGEST[statistic] ?? Infinity) &&
            `${statistic} is at most ${LARGEST[statistic]}: a limit is below that`;
      return problem === false
        ? []
        : [
            {
              code: 'blueprint/drift-limit' as const,
              path: `${path}.${name}`,
              message: problem,
              got: String(got),
              fix: 'leave it out: an alert then needs the test and the floor alone',
            },
          ];
    }),
  );
};

/** n of the last m windows, with n at most m. */
export const consecutiveWindows: BlueprintCheck = ({ monitoring }) => {
  if (monitoring === undefined) return [];
  const { n, of } = monitoring.consecutive;
  if (n <= of) return [];
  return [
    {
      code: 'blueprint/min-above-max',
      path: 'monitoring.consecutive',
      message: 'n must not be above of',
      got: `${n} of ${of}`,
    },
  ];
};

/** A window can hold the rows that a test for drift needs. */
export const monitoringVolume: BlueprintCheck = ({ serving, monitoring }) => {
  const perDay = serving?.online?.requestsPerDay;
  if (monitoring === undefined || perDay === undefined) return [];
  const rows = perDay * monitoring.windowDays;
  if (rows >= monitoring.minRows) return [];
  return [
    {
      code: 'blueprint/monitoring-volume',
      path: 'monitoring.minRows',
      message: `a window of ${monitoring.windowDays} days holds only ${rows} requests, fewer than minRows: drift would never be reported`,
      got: `${monitoring.minRows}`,
      fix: 'lengthen windowDays or lower minRows',
    },
  ];
};
