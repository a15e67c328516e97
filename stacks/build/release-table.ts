/** The table of docs/releases.md: how releases end, by requests a day, played with the code that decides them. */

import { servingSchema } from '../../blueprints/schema/serving.ts';
import type { ServingConfig } from '../../lambdas/core/config.ts';
import { CHAMPION_PART } from '../../lambdas/core/release/power.ts';
import {
  checkVolume,
  checkWatch,
  evidenceLimits,
  resolveStrategy,
} from '../../lambdas/core/release/strategy.ts';
import { markdownTable, withTables } from './markdown.ts';
import { medianHours, type PlayedRelease, partOf, playReleases } from './release-simulation.ts';

/** Requests a day of the rows. */
export const PER_DAY = [40, 100, 500, 2_000, 5_000, 9_000, 20_000, 100_000] as const;
/** The blueprint's defaults. */
const { release, alarms } = servingSchema.parse({});
const DEFAULTS: Pick<ServingConfig, 'release' | 'alarms'> = { release, alarms };
/** Releases of each cell. */
const PLAYED = { runs: 500, seed: 1 } as const;
const { maxBadShare, maxSlowShare } = evidenceLimits(DEFAULTS);
/** Answers of the champion. */
const CHAMPION = { bad: maxBadShare * CHAMPION_PART, slow: maxSlowShare * CHAMPION_PART } as const;
/** How many times as bad the new versions are. */
const TIMES = { healthy: 1, worse: 3, broken: 20 } as const;

/** The blueprint's defaults at so many requests a day. */
export const defaultsAt = (requestsPerDay: number): Pick<ServingConfig, 'online' | 'release' | 'alarms'> => ({
  ...DEFAULTS,
  online: { requestsPerDay, byKey: false },
});

/** The world of the table, in words. */
export const releaseCaption = (): string =>
  [
    `Champion: ${percent(CHAMPION.bad)} of the responses bad and ${percent(CHAMPION.slow)} slow, half of the default limits.`,
    `The shares are those that were promoted, that expired and that were stopped, in percent of ${PLAYED.runs} simulated releases.`,
    'Hours are the median from the replay to the end. The simulation looks every ten minutes.',
  ].join('\n');

const TITLES = [
  'requests a day',
  '`auto` runs',
  'test of the last step, of the watch',
  'as bad',
  'hours',
  `${TIMES.worse} times as bad`,
  'hours',
  `hours, ${TIMES.broken} times as bad`,
] as const;

/** One row of the table. */
export function releaseRow(perDay: number): readonly string[] {
  const serving = defaultsAt(perDay);
  const strategy = resolveStrategy(serving);
  const watch = checkWatch(serving);
  const step = strategy === 'canary' ? checkVolume('canary', serving).test : 'none';
  const [healthy, worse, broken] = Object.values(TIMES).map((times) =>
    playReleases(serving, { ...CHAMPION, times }, PLAYED),
  ) as [readonly PlayedRelease[], readonly PlayedRelease[], readonly PlayedRelease[]]; // one for each
  return [
    perDay.toLocaleString('en-US'),
    strategy,
    `${step}, ${watch.test} of ${watch.watchHours} h`,
    endsOf(healthy),
    hoursOf(healthy),
    endsOf(worse),
    hoursOf(worse),
    hoursOf(broken),
  ];
}

const endsOf = (releases: readonly PlayedRelease[]): string =>
  [
    partOf(releases, ({ fate }) => fate === 'promoted'),
    partOf(releases, ({ fate }) => fate === 'expired'),
    partOf(releases, isStopped),
  ]
    .map((share) => `${Number((share * 100).toFixed(1))}`)
    .join(' / ');

/** Whether evidence of harm ended it. */
export const isStopped = ({ fate }: PlayedRelease): boolean => fate === 'aborted' || fate === 'rolled-back';

const hoursOf = (releases: readonly PlayedRelease[]): string => {
  const hours = medianHours(releases.map((release) => release.hours)) ?? 0;
  return `${Number(hours.toPrecision(2))}`;
};

const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;

const decisions = (): string => `${releaseCaption()}\n\n${markdownTable(TITLES, PER_DAY.map(releaseRow))}`;

/** The page with its table as it is now. */
export const withReleaseTable = (text: string): string => withTables(text, { decisions });
