import type { BlueprintCheck } from './check.ts';

/** A warning comes before an alert; p-values run the other way. */
export const warnBeforeAlert: BlueprintCheck = ({ monitoring }) => {
  if (monitoring === undefined) return [];
  const { numeric, categorical, scorePsi } = monitoring.drift;
  const limits = [
    { path: 'monitoring.drift.numeric', ...numeric, falling: false },
    { path: 'monitoring.drift.categorical', ...categorical, falling: categorical.statistic === 'chi-square' },
    { path: 'monitoring.drift.scorePsi', ...scorePsi, falling: false },
  ];
  return limits
    .filter(({ warn, alert, falling }) => (falling ? warn < alert : warn > alert))
    .map(({ path, warn, alert, falling }) => ({
      code: 'blueprint/warn-after-alert',
      path,
      message: falling ? 'p-values: warn must not be below alert' : 'warn must not be above alert',
      got: `${warn} and ${alert}`,
    }));
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
