/** Releases by simulation: a healthy version is promoted and hardly ever stopped, one as bad as its test excludes is not. */

import { checkWatch } from '../../lambdas/core/release/strategy.ts';
import {
  type PlayedRelease,
  partOf,
  playReleases,
  type ReleaseWorld,
} from '../../stacks/build/release-simulation.ts';
import { defaultsAt, isStopped, PER_DAY } from '../../stacks/build/release-table.ts';
import type { Cell, Table } from './cell.ts';

/** Shares of bad and of slow answers of the champion: at most half of the default limits of 2 % and 1 %. */
const CHAMPIONS = [
  [0.01, 0.005],
  [0.01, 0],
  [0.002, 0.002],
  [0, 0],
] as const;
/** The volume at which the evidence against worse versions is printed. */
const BUSY = 20_000;

type Options = Parameters<Table['cells']>[0];

/** The cells of one volume. */
export function* cellsAt(perDay: number, options: Options): Iterable<Cell> {
  const play = (world: ReleaseWorld) => playReleases(defaultsAt(perDay), world, options);
  for (const [bad, slow] of CHAMPIONS) {
    const played = play({ bad, slow, times: 1 });
    const name = `${perDay} a day, champion ${percent(bad)} bad ${percent(slow)} slow`;
    yield { name: `${name}: as bad, promoted`, value: partOf(played, isPromoted), atLeast: 0.9 };
    yield { name: `${name}: as bad, stopped`, value: partOf(played, isStopped), atMost: 0.01 };
    yield { name: `${name}: as bad, expired`, value: partOf(played, isExpired) };
  }
  const { test } = checkWatch(defaultsAt(perDay));
  const times = test === 'full' ? 2 : 4;
  const name = `${perDay} a day, 1 % bad 0.5 % slow: ${times} times as bad, promoted`;
  yield { name, value: partOf(play({ bad: 0.01, slow: 0.005, times }), isPromoted), atMost: 0.05 };
}

/** How versions that are worse end where requests are many: no bar, the evidence is printed. */
function* cellsOfHarm(options: Options): Iterable<Cell> {
  for (const bad of [0.002, 0.01]) {
    for (const times of [1.5, 2, 3]) {
      const played = playReleases(defaultsAt(BUSY), { bad, slow: 0, times }, options);
      const name = `${BUSY} a day, ${percent(bad)} bad: ${times} times as bad`;
      yield { name: `${name}, stopped`, value: partOf(played, isStopped) };
      yield { name: `${name}, promoted`, value: partOf(played, isPromoted) };
    }
  }
}

const isPromoted = ({ fate }: PlayedRelease): boolean => fate === 'promoted';
const isExpired = ({ fate }: PlayedRelease): boolean => fate === 'expired';
const percent = (share: number): string => `${share * 100} %`;

export const table: Table = {
  title: 'Releases with the default limits',
  runs: 1_000,
  *cells(options) {
    for (const perDay of PER_DAY) yield* cellsAt(perDay, options);
    yield* cellsOfHarm(options);
  },
};
