/** The tables that the guide of every cloud has. */

import { CAPABILITY_ROWS, type Offer } from '../../constructs/config/capabilities.ts';
import {
  type AlarmWindow,
  latencyWindow,
  outageWindows,
  shareWindow,
} from '../../constructs/shared/alarm-windows.ts';
import { code, markdownTable } from './markdown.ts';

const title = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const offered = (offer: Offer): string => ('resources' in offer ? code(offer.resources) : offer.reason);

/** Returns each capability with its resource types by cloud and tier, or the reason why it is not there. */
export function capabilityTable(): string {
  return markdownTable(
    ['construct', 'AWS, tier small', 'Google Cloud, tier small', 'Azure, tier small', 'tier large'],
    CAPABILITY_ROWS.map(({ construct, part, offers: { aws, gcp, azure } }) => [
      part === undefined ? title(construct) : `${title(construct)}, ${part}`,
      ...[aws.small, gcp.small, azure.small, aws.large].map(offered),
    ]),
  );
}

/** Requests in a day, and the default limit of failures. */
const VOLUMES = [5, 30, 333, 3_000, 30_000, 300_000] as const;
const ERROR_RATE = 0.02;

function span(seconds: number): string {
  if (seconds < 3_600) return `${seconds / 60} min`;
  return seconds < 172_800 ? `${seconds / 3_600} h` : `${seconds / 86_400} days`;
}

function textOf(
  { periodSec, periods: [breaching, of], minimum }: AlarmWindow,
  what: string,
  mostLookBackSec = Number.POSITIVE_INFINITY,
): string {
  return of === 1
    ? `${minimum} ${what} in ${span(periodSec)}`
    : `${breaching} periods of ${span(periodSec)}, in ${span(Math.min(mostLookBackSec, periodSec * of))}`;
}

/**
 * Returns how far the alarms on answers look back, and how much they need.
 *
 * @param mostLookBackSec - The longest that the cloud looks back. @default - as long as the rule asks
 * @param leastPeriodSec - The shortest period that the cloud has. @default - as short as the rule asks
 */
export function alarmTable(mostLookBackSec = Number.POSITIVE_INFINITY, leastPeriodSec = 0): string {
  const windowText = (window: AlarmWindow, what: string, most?: number): string =>
    textOf({ ...window, periodSec: Math.max(leastPeriodSec, window.periodSec) }, what, most);
  return markdownTable(
    ['requests a day', 'share above the limit', 'outage', 'outage in quiet hours', 'latency'],
    VOLUMES.map((perDay) => {
      const { busy, quiet } = outageWindows(perDay);
      const slowest = latencyWindow(perDay);
      return [
        perDay.toLocaleString('en-US'),
        windowText(shareWindow(perDay, ERROR_RATE), 'failures'),
        windowText(busy, 'failures'),
        windowText(quiet, 'failures', mostLookBackSec),
        slowest === undefined ? 'no alarm: too few answers' : windowText(slowest, 'answers'),
      ];
    }),
  );
}
