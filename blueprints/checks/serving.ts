import type { ServingConfig } from '../../lambdas/core/config.ts';
import { checkVolume, checkWatch, MAX_HOURS } from '../../lambdas/core/release/strategy.ts';
import type { BlueprintCheck } from './check.ts';
import { rangeProblems } from './check.ts';

/** Half of the requests: beyond it the challenger would be the rule and the champion the exception. */
const MAX_LIVE_SHARE = 0.5;

/** A release strategy that the declared volume cannot feed is refused: it would never end. */
export const releaseVolume: BlueprintCheck = ({ serving }) => {
  if (serving === undefined || serving.release.strategy === 'auto') return [];
  const { release, online } = serving;
  const { feeds, needed, hours, test } = checkVolume(serving.release.strategy, serving);
  if (feeds) return [];
  const remedies = [
    'use strategy auto',
    ...(hours <= MAX_HOURS ? [`raise maxHoursPerStep to ${number(hours)}`] : []),
    ...(release.strictness === 'strict' ? ['lower strictness'] : []),
  ];
  const declared = online === undefined ? 'no online API' : `${number(online.requestsPerDay)} per day`;
  return [
    {
      code: 'blueprint/release-volume',
      path: 'serving.release.strategy',
      message: `the ${test} test of a ${release.strategy} release needs ${number(needed)} requests in ${release.maxHoursPerStep} h per step; this blueprint declares ${declared}`,
      fix: remedies.join(', or '),
    },
  ];
};

/** A watch that cannot see enough requests would send every version back. A model without an API has no volume. */
export const watchVolume: BlueprintCheck = ({ serving }) => {
  if (serving?.online === undefined) return [];
  const { feeds, needed, hours, watchHours, test } = checkWatch(serving);
  if (feeds) return [];
  const declared = `${number(serving.online.requestsPerDay)} per day for ${number(watchHours)} h`;
  return [
    {
      code: 'blueprint/watch-volume',
      path: 'serving.release.watchHours',
      message: `the ${test} test of a watch needs ${number(needed)} requests, this blueprint declares ${declared}`,
      fix:
        hours <= MAX_HOURS ? `raise watchHours to ${number(hours)}, or leave it out` : otherRemedy(serving),
    },
  ];
};

/** Returns the fix where no watch is long enough. */
function otherRemedy({ online, release, alarms }: ServingConfig): string {
  const { watchHours: _, ...usual } = release;
  const strictness = { ...usual, strictness: 'standard' } as const;
  const errorRate = { ...alarms, errorRate: 1 };
  if (checkWatch({ online, alarms, release: strictness }).feeds)
    return "use strictness 'standard' and leave watchHours out";
  if (checkWatch({ online, alarms: errorRate, release: usual }).feeds)
    return 'raise alarms.errorRate and leave watchHours out';
  const { needed } = checkWatch({ online, alarms, release });
  const perDay = Math.ceil((needed * 24) / MAX_HOURS);
  return `serve at least ${number(perDay)} requests a day, the longest watch has ${MAX_HOURS} h`;
}

const number = (value: number): string => value.toLocaleString('en-US');

/** A live step leaves the champion at least half of the requests. */
export const releaseShare: BlueprintCheck = ({ serving }) => {
  if (serving === undefined) return [];
  const { strategy, share } = serving.release;
  if ((strategy !== 'canary' && strategy !== 'linear') || share <= MAX_LIVE_SHARE) return [];
  return [
    {
      code: 'blueprint/share-too-large',
      path: 'serving.release.share',
      message: `the first step of a ${strategy} release must leave the champion half of the requests`,
      got: `${share}`,
      allowed: `0.01 to ${MAX_LIVE_SHARE}`,
    },
  ];
};

/** The band of uncertain scores exists where it is needed, in the right order. */
export const uncertainBand: BlueprintCheck = ({ serving }) => {
  if (serving === undefined) return [];
  const { level, uncertain } = serving.automation;
  const path = 'serving.automation.uncertain';
  if (uncertain === undefined)
    return level !== 'partial'
      ? []
      : [
          {
            code: 'blueprint/missing',
            path,
            message: 'is required: level partial leaves uncertain cases to a person',
            fix: 'give low and high',
          },
        ];
  return rangeProblems(path, { min: uncertain.low, max: uncertain.high }, true);
};

/** A business alarm has a limit. */
export const businessAlarm: BlueprintCheck = ({ serving }) => {
  const business = serving?.alarms.business;
  return business === undefined ? [] : rangeProblems('serving.alarms.business', business, true);
};
