import { checkVolume } from '../../lambdas/core/release/strategy.ts';
import type { Check } from './check.ts';
import { rangeProblems } from './check.ts';

/** Half of the requests: beyond it the challenger would be the rule and the champion the exception. */
const MAX_LIVE_SHARE = 0.5;
const MAX_HOURS = 24 * 30;

/** A release strategy that the declared volume cannot feed is refused: it would never end. */
export const releaseVolume: Check = ({ serving }) => {
  if (serving === undefined || serving.release.strategy === 'auto') return [];
  const { release, online } = serving;
  const perDay = online?.requestsPerDay ?? 0;
  const { feeds, needed, hours } = checkVolume(serving.release.strategy, release, perDay);
  if (feeds) return [];
  const remedies = [
    'use strategy auto',
    ...(hours <= MAX_HOURS ? [`raise maxHoursPerStep to ${number(hours)}`] : []),
    ...(release.strictness === 'strict' ? ['lower strictness'] : []),
  ];
  const declared = online === undefined ? 'no online API' : `${number(perDay)} per day`;
  return [
    {
      code: 'blueprint/release-volume',
      path: 'serving.release.strategy',
      message: `${release.strategy} needs ${number(needed)} requests in ${release.maxHoursPerStep} h per step; this blueprint declares ${declared}`,
      fix: remedies.join(', or '),
    },
  ];
};

const number = (value: number): string => value.toLocaleString('en-US');

/** A live step leaves the champion at least half of the requests. */
export const releaseShare: Check = ({ serving }) => {
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
export const uncertainBand: Check = ({ serving }) => {
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
export const businessAlarm: Check = ({ serving }) => {
  const business = serving?.alarms.business;
  return business === undefined ? [] : rangeProblems('serving.alarms.business', business, true);
};
